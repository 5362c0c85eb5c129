import Control
import ClientLab
import DaemonLab
import Foundation

extension Experiment {
    /// Disk, database and key.
    static let storage: [Experiment] = [
        Experiment(
            "disk-full", "the disk of the data directory fills up and is freed again",
            right: "mail flows; everything is stored within ten seconds of there being room again"
        ) { _ in
            let site = try FaultSite()
            try site.mountData(size: "2m")
            return try FaultTrial.run(site) { site, load, outcome in
                let filler = site.daemon.path("data/filler")
                // Until nothing fits any more.
                _ = try? site.run("dd", "if=/dev/zero", "of=\(filler)", "bs=4k")
                try load.await(more: 150)
                let isNoticed = Poll.until(.after(.seconds(20))) { site.status?.store.ok == false }
                outcome.require(isNoticed, "the status does not say that nothing is stored")
                // By now it waits longer and longer between attempts.
                try load.await(more: 150)
                unlink(filler)
                let begin = ContinuousClock.now
                let isBack = Poll.until(.after(.seconds(70))) { site.status?.store.ok == true }
                outcome.require(isBack, "nothing is stored a minute after there was room again")
                let seconds = (ContinuousClock.now - begin).components.seconds
                outcome.require(seconds < 10, "storing went on after \(seconds) s only")
                outcome.notes.append("stored again after \(seconds) s")
            }
        },
        Experiment(
            "database-damaged", "bytes in the middle of the database are overwritten, then a restart",
            right: "mail flows and is filtered"
        ) { _ in
            try replaced { path in
                guard let file = FileHandle(forUpdatingAtPath: path) else {
                    throw LabError(.unusableDirectory, "no database", at: path)
                }
                let size = try file.seekToEnd()
                for place in stride(from: UInt64(100), to: size, by: 3_000) {
                    try file.seek(toOffset: place)
                    try file.write(contentsOf: Data(repeating: 0xa5, count: 900))
                }
                try file.close()
            }
        },
        Experiment(
            "database-deleted", "the database is deleted, then a restart", right: "mail flows and is filtered"
        ) { _ in
            try replaced { path in for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        },
        Experiment(
            "database-a-directory", "a directory stands where the database was, then a restart",
            right: "mail flows and is filtered"
        ) { _ in
            try replaced { path in
                for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
                mkdir(path, 0o755)
            }
        },
        Experiment(
            "database-read-only", "the file system of the data directory becomes read-only, and writable again",
            right: "mail flows, the status says so, and everything is stored afterwards"
        ) { _ in
            let site = try FaultSite()
            try site.mountData(size: "64m")
            return try FaultTrial.run(site) { site, load, outcome in
                let path = site.daemon.path("data")
                // A file that is open for writing keeps the file system busy: the database itself must go first.
                site.daemon.stop()
                try site.run("mount", "-o", "remount,ro", path)
                try site.daemon.start()
                try load.await(more: 50)
                outcome.require(site.filters(), "bots are not refused while nothing can be written")
                let isNoticed = Poll.until(.after(.seconds(20))) { site.status?.store.ok == false }
                outcome.require(isNoticed, "the status does not say that nothing is stored")
                try site.run("mount", "-o", "remount,rw", path)
                let isBack = Poll.until(.after(.seconds(10))) { site.status?.store.ok == true }
                outcome.require(isBack, "nothing is stored ten seconds after the file system is writable again")
            }
        },
        Experiment(
            "key-deleted", "hashing.key is deleted, then a reload and a restart", right: "mail flows and is filtered"
        ) { _ in
            try FaultTrial.run(FaultSite()) { site, load, outcome in
                let path = site.daemon.path("data/hashing.key")
                outcome.require(unlink(path) == 0, "there was no key")
                outcome.require(try site.daemon.reload(), "it does not reload")
                try load.await(more: 20)
                site.daemon.stop()
                try site.daemon.start()
                outcome.require(access(path, F_OK) == 0, "there is no new key")
            }
        },
        Experiment(
            "database-locked", "another process locks the database while many messages arrive",
            right: "mail flows at its usual pace; what cannot be stored is counted"
        ) { _ in
            let python = try Executable.require("python3", package: "python3")
            return try FaultTrial.run(FaultSite(ArgotDaemon.enforcing("reject", ["queue_capacity": "16"]))) {
                site, load, outcome in
                let script = """
                    import signal, sqlite3, sys
                    lock = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
                    lock.execute("BEGIN EXCLUSIVE")
                    print("locked", flush=True)
                    signal.pause()
                    """
                let said = site.daemon.path("lock.out")
                let lock = try ChildProcess(
                    python, ["-I", "-c", script, site.daemon.path("data/argot.sqlite")], output: said)
                let isLocked = Poll.until(.after(.seconds(30))) {
                    (try? String(contentsOfFile: said, encoding: .utf8))?.contains("locked") ?? false
                }
                outcome.require(isLocked, "the database could not be locked")
                try load.await(more: 400)
                outcome.require(load.slowest < .seconds(3), "a message took \(load.slowest)")
                outcome.require(site.status != nil, "argotd does not answer")
                lock.stop()
                let isBack = Poll.until(.after(.seconds(15))) {
                    site.status.map { $0.store.ok && $0.store.pending < 100 } ?? false
                }
                outcome.require(isBack, "nothing is stored after the lock has gone")
                let dropped = site.status.map { Int($0.journal.dropped) + $0.store.dropped } ?? 0
                outcome.notes.append("\(dropped) changes dropped and counted")
            }
        },
    ]

    /// Does something to the database in the middle of mail, and restarts argotd after more of it.
    private static func replaced(_ harm: (String) throws -> Void) throws -> Outcome {
        try FaultTrial.run(FaultSite()) { site, load, outcome in
            try harm(site.daemon.path("data/argot.sqlite"))
            try load.await(more: 60)
            outcome.require(site.status != nil, "argotd does not answer")
            outcome.require(site.filters(), "bots are not refused before the restart")
            let ending = site.daemon.stop()
            outcome.require(ending == .exited(0), "argotd ended with \(String(describing: ending))")
            try load.await(more: 10)
            try site.daemon.start()
        }
    }
}
