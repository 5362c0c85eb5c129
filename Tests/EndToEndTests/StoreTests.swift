import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// What argotd keeps on disk, and how it goes on without.
@Suite("The store")
struct StoreTests {
    @Test func aMissingDirectoryIsMade() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing(["data_directory": "DIRECTORY/a/b/c"]))
        #expect(daemon.isServing())
        #expect(FileManager.default.fileExists(atPath: daemon.path("a/b/c/argot.sqlite")))
        #expect(FileManager.default.fileExists(atPath: daemon.path("a/b/c/hashing.key")))
    }

    @Test func argotdGoesOnWithoutADirectory() throws {
        let daemon = try ArgotDaemon(ArgotDaemon.enforcing(["data_directory": "DIRECTORY/file/data"]))
        try daemon.write("no directory", to: "file")
        try daemon.start()
        #expect(daemon.isServing())
        #expect(daemon.messages("going on in memory").count == 1)
        #expect(daemon.messages("going on with a key of this run only").count == 1)
        #expect(daemon.stop() == .exited(0))
    }

    @Test func theDirectoryMayDisappear() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        try FileManager.default.removeItem(atPath: daemon.path("data"))
        for _ in 1...20 { #expect(try daemon.botReply() == refusal) }
        #expect(daemon.stop() == .exited(0))
    }

    @Test func aDamagedDatabaseIsMovedAside() throws {
        let daemon = try ArgotDaemon(ArgotDaemon.enforcing())
        try FileManager.default.createDirectory(atPath: daemon.path("data"), withIntermediateDirectories: true)
        let garbage = String(repeating: "this is no database ", count: 1_000)
        try daemon.write(garbage, to: "data/argot.sqlite")
        try daemon.start()
        #expect(daemon.isServing())
        let message = try #require(daemon.messages("started a new database, the old one is").first)
        #expect(message["level"] == "warning")
        let names = try FileManager.default.contentsOfDirectory(atPath: daemon.path("data"))
        #expect(names.contains { daemon.contents(of: "data/\($0)") == garbage }, "\(names)")
        #expect(daemon.stop() == .exited(0))
        try daemon.start()
        #expect(daemon.messages("started a new database").count == 1, "the new one is good")
    }

    @Test func aDamagedKeyIsNotThrownAway() throws {
        let daemon = try ArgotDaemon(ArgotDaemon.enforcing())
        try FileManager.default.createDirectory(atPath: daemon.path("data"), withIntermediateDirectories: true)
        try daemon.write("short", to: "data/hashing.key")
        try daemon.start()
        #expect(daemon.isServing())
        #expect(daemon.messages("going on with a key of this run only").count == 1)
        #expect(daemon.contents(of: "data/hashing.key") == "short")
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func theGreylistSurvives(signal: Int32) throws {
        let daemon = try ArgotDaemon.started([
            "mode": "enforce", "enforce": "tempfail", "certain_action": "tempfail", "greylist_delay": "1d",
        ])
        let files = ["argot.sqlite", "argot.sqlite-wal"].map { daemon.path("data/\($0)") }
        func sizes() -> [Int] {
            files.map { (try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int) ?? 0 }
        }
        let before = sizes()
        #expect(try daemon.botReply()?.hasPrefix("451") == true)
        #expect(daemon.awaitVerdicts(1).first?.reasons.first == "greylist.new")
        if signal == SIGKILL {
            // Changes are written once a second.
            #expect(Poll.until(.after(.seconds(60))) { sizes() != before })
            // In the middle of other work.
            let busy = try (1...10).map { _ in try daemon.botSession() }
            daemon.kill()
            busy.forEach { $0.connection.close() }
        } else {
            #expect(daemon.stop() == .exited(0))
        }
        try daemon.start()
        #expect(try daemon.botReply()?.hasPrefix("451") == true)
        #expect(daemon.awaitVerdicts(2).last?.reasons.first == "greylist.early")
        #expect(daemon.messages("database").isEmpty)
    }

    @Test func addressesAreNotKeptInClear() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        _ = try daemon.botReply()
        #expect(daemon.awaitVerdicts(1).count == 1)
        #expect(daemon.stop() == .exited(0))
        for name in try FileManager.default.contentsOfDirectory(atPath: daemon.path("data")) {
            let bytes = daemon.contents(of: "data/\(name)")
            for word in ["pat@elsewhere", "user1@lab", "192.0.2.14"] { #expect(!bytes.contains(word), "\(name)") }
        }
    }
}

@Suite("Transcripts")
struct TranscriptTests {
    /// The lines of a file, each a JSON object; throws when one is not.
    private static func transcripts(_ daemon: ArgotDaemon, _ name: String) throws -> [[String: Any]] {
        try daemon.contents(of: name).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    private static func size(_ daemon: ArgotDaemon, _ name: String) -> Int {
        daemon.contents(of: name).utf8.count
    }

    @Test func areWrittenWhenAskedFor() throws {
        let daemon = try ArgotDaemon.started(["mode": "observe"])
        _ = try daemon.botReply()
        try daemon.configure(["transcript_file": "DIRECTORY/transcripts"])
        #expect(try daemon.reload())
        let session = try daemon.botSession()
        _ = try session.rcpt("<user\u{e9}\"\\\u{1}@lab.example>")
        _ = try session.data()
        _ = try session.message(MessageContent(lines: ["Subject: \u{ff}\u{fe} \u{0}", "", "text"]))
        try session.quit()
        #expect(Poll.until(.after(.seconds(60))) { daemon.contents(of: "transcripts").hasSuffix("\n") })
        #expect(try Self.transcripts(daemon, "transcripts").count == 1)

        try daemon.configure(["transcript_file": ""])
        #expect(try daemon.reload())
        _ = try daemon.botReply()
        #expect(daemon.awaitVerdicts(3).count == 3)
        #expect(daemon.stop() == .exited(0))
        #expect(try Self.transcripts(daemon, "transcripts").count == 1)
    }

    @Test func theFileIsRotatedAtItsSize() throws {
        let limit = 65_536
        let daemon = try ArgotDaemon.started([
            "transcript_file": "DIRECTORY/transcripts", "transcript_maximum_size": "64k",
        ])
        var sessions = 0
        while Self.size(daemon, "transcripts.1") == 0, sessions < 2_000 {
            let session = try daemon.botSession()
            for number in 1...9 { _ = try session.rcpt("<user\(number)@lab.example>") }
            try session.quit()
            sessions += 1
        }
        #expect(daemon.stop() == .exited(0))
        let rotated = try Self.transcripts(daemon, "transcripts.1")
        let current = try Self.transcripts(daemon, "transcripts")
        #expect(rotated.count + current.count == sessions)
        #expect(Self.size(daemon, "transcripts.1") <= limit)
        #expect(Self.size(daemon, "transcripts.1") > limit / 2)
        #expect(!daemon.contents(of: "transcripts").isEmpty)
    }

    @Test func anUnwritableFileIsSaidOnce() throws {
        let daemon = try ArgotDaemon.started(
            ArgotDaemon.enforcing(["transcript_file": "DIRECTORY/missing/transcripts"]))
        for _ in 1...5 { #expect(try daemon.botReply() == refusal) }
        #expect(daemon.awaitMessage("transcripts are not written until the next reload"))
        #expect(daemon.stop() == .exited(0))
        #expect(daemon.messages("transcripts are not written").count == 1)
    }
}
