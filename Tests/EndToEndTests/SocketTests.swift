import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// Where argotd listens.
@Suite("Sockets")
struct SocketTests {
    private static func status(of path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    @Test(arguments: ["0600", "0660", "0666"])
    func aSocketHasTheModeThatIsSet(mode: String) throws {
        let daemon = try ArgotDaemon.started(["socket_mode": mode])
        let status = try #require(Self.status(of: daemon.socketPath))
        #expect(status.st_mode & S_IFMT == S_IFSOCK)
        #expect(status.st_mode & 0o777 == mode_t(mode, radix: 8))
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to give a file away"))
    func aSocketHasTheGroupThatIsSet() throws {
        let group = try #require(getgrnam("mail")?.pointee.gr_gid)
        let daemon = try ArgotDaemon.started(["socket_group": "mail"])
        #expect(Self.status(of: daemon.socketPath)?.st_gid == group)
    }

    @Test func anUnknownGroupIsRefused() throws {
        let daemon = try ArgotDaemon(["socket_group": "no-such-group"])
        let (ending, message) = try daemon.failToStart()
        #expect(ending == .exited(1))
        #expect(message.contains("\"no-such-group\" does not exist"), "\(message)")
    }

    @Test func aStaleSocketIsReplaced() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        daemon.kill()
        let stale = try #require(Self.status(of: daemon.socketPath))
        try daemon.start()
        #expect(daemon.isServing())
        #expect(Self.status(of: daemon.socketPath)?.st_ctim.tv_nsec != stale.st_ctim.tv_nsec)
        // The lock file may be gone as well.
        daemon.kill()
        try FileManager.default.removeItem(atPath: daemon.socketPath + ".lock")
        try daemon.start()
        #expect(daemon.isServing())
    }

    @Test func aLiveSocketIsNotStolen() throws {
        let first = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let second = try ArgotDaemon(["socket": first.socket])
        for _ in 1...2 {
            let (ending, message) = try second.failToStart()
            #expect(ending == .exited(1))
            #expect(message.contains("\(first.socketPath) belongs to a running argotd"), "\(message)")
            #expect(try first.botReply() == refusal)
        }
        // Nor that of a program which knows nothing of the lock.
        try FileManager.default.removeItem(atPath: first.socketPath + ".lock")
        let (ending, message) = try second.failToStart()
        #expect(ending == .exited(1))
        #expect(message.contains("a running program listens on \(first.socketPath)"), "\(message)")
        #expect(try first.botReply() == refusal)
    }

    @Test func whatIsNoSocketIsLeftAlone() throws {
        let daemon = try ArgotDaemon()
        try daemon.write("precious", to: "argot.sock")
        let (ending, message) = try daemon.failToStart()
        #expect(ending == .exited(1))
        #expect(message.contains("\(daemon.socketPath) exists and is not a socket"), "\(message)")
        #expect(daemon.contents(of: "argot.sock") == "precious")

        try FileManager.default.removeItem(atPath: daemon.socketPath)
        try daemon.write("precious", to: "target")
        try FileManager.default.createSymbolicLink(
            atPath: daemon.socketPath, withDestinationPath: daemon.path("target"))
        #expect(try daemon.failToStart().ending == .exited(1))
        #expect(daemon.contents(of: "target") == "precious")
    }

    @Test func aMissingDirectoryIsNamed() throws {
        let daemon = try ArgotDaemon(["socket": "unix:DIRECTORY/missing/argot.sock"])
        let (ending, message) = try daemon.failToStart()
        #expect(ending == .exited(1))
        #expect(message.contains(daemon.path("missing/argot.sock")), "\(message)")
        #expect(message.contains("create the directory"), "\(message)")
    }

    @Test func aSocketGoesWithItsOwner() throws {
        let daemon = try ArgotDaemon.started()
        #expect(daemon.stop() == .exited(0))
        #expect(Self.status(of: daemon.socketPath) == nil)
        try daemon.start()
        #expect(daemon.stop() == .exited(0))
    }

    @Test(arguments: ["inet:PORT@127.0.0.1", "inet:127.0.0.1:PORT", "inet:PORT@localhost"])
    func bothSpellingsOfAnAddressWork(spelling: String) throws {
        // Somebody else may take a port between the choice and the start.
        for attempt in 1...3 {
            let port = try LoopbackPort.free()
            let daemon = try ArgotDaemon(
                ArgotDaemon.enforcing(["socket": spelling.replacing("PORT", with: String(port))]))
            do {
                try daemon.start()
            } catch  where attempt < 3 {
                continue
            }
            let session = try FakeMTASession(socket: "inet:\(port)@127.0.0.1")
            _ = try session.connect(.bot)
            _ = try session.helo(ClientPeer.botName)
            _ = try session.mail("<pat@elsewhere.example>")
            #expect(try session.rcpt("<user1@lab.example>").replyText == refusal)
            try session.quit()

            let second = try ArgotDaemon(["socket": spelling.replacing("PORT", with: String(port))])
            let (ending, message) = try second.failToStart()
            #expect(ending == .exited(1))
            #expect(message.contains("stop the program that uses it"), "\(message)")
            #expect(daemon.stop() == .exited(0))
            return
        }
    }

    @Test func aDescriptorThatIsNoSocketIsRefused() throws {
        let daemon = try ArgotDaemon(["socket": "fd:3"]) { path, arguments in
            ("/bin/sh", ["-c", "exec \"$0\" \"$@\" 3</dev/null", path] + arguments)
        }
        let (ending, message) = try daemon.failToStart()
        #expect(ending == .exited(1))
        #expect(message.contains("fd:3 is not a listening socket"), "\(message)")
    }
}

/// Socket activation as systemd does it, with a stand-in that holds the socket and starts one argotd after the other.
@Suite("Socket activation", .enabled(if: Requirements.has("python3"), "needs python3"))
struct ActivationTests {
    /// Listens, then starts argotd at each line of its standard input and waits for its end; TERM goes to argotd.
    private static let standIn = """
        import os, signal, socket, sys
        path, inputs, program = sys.argv[1], sys.argv[2], sys.argv[3:]
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        os.chmod(path, 0o666)
        listener.listen(64)
        child = 0
        signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
        for line in open(inputs):
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                os.dup2(listener.fileno(), 3)
                os.set_inheritable(3, True)
                os.environ["LISTEN_PID"] = str(os.getpid())
                os.environ["LISTEN_FDS"] = "1"
                os.execv(program[0], program)
            while True:
                try:
                    status = os.waitpid(child, 0)[1]
                    break
                except InterruptedError:
                    pass
            print("ended", os.waitstatus_to_exitcode(status), flush=True)
        """

    @Test(arguments: ["unix:DIRECTORY/unused.sock", "fd:3"])
    func connectionsWaitForTheSuccessor(socket: String) throws {
        let holder = try ScratchDirectory(prefix: "argot")
        let inputs = "\(holder.path)/inputs"
        let listener = "\(holder.path)/held.sock"
        guard mkfifo(inputs, 0o600) == 0 else { throw LabError(.unusableDirectory, "no fifo", at: inputs) }
        let writer = open(inputs, O_RDWR | O_CLOEXEC)
        defer { close(writer) }
        let python = try Executable.require("python3", package: "python3")
        let daemon = try ArgotDaemon(ArgotDaemon.enforcing(["socket": socket])) { path, arguments in
            (python, ["-I", "-c", Self.standIn, listener, inputs, path] + arguments)
        }
        write(writer, "start\n", 6)
        try daemon.start()
        func output(_ word: String) -> [Substring] {
            daemon.contents(of: "out.1").split(separator: "\n").filter { $0.hasPrefix(word) }
        }
        func session() throws -> FakeMTASession {
            let session = try FakeMTASession(socket: "unix:\(listener)", timeout: .seconds(60))
            _ = try session.connect(.bot)
            _ = try session.helo(ClientPeer.botName)
            _ = try session.mail("<pat@elsewhere.example>")
            return session
        }
        let underWay = try session()
        #expect(!FileManager.default.fileExists(atPath: daemon.path("unused.sock")))
        daemon.send(SIGTERM)
        #expect(daemon.awaitMessage("stopping"))
        // Nobody accepts this one: it waits in the socket that the stand-in holds.
        let waiting = try FakeMTAConnection(to: "unix:\(listener)", timeout: .seconds(60))
        try waiting.send(MilterPacket(.negotiate, payload: NegotiationOffer.postfix.payload))
        #expect(try underWay.rcpt("<user1@lab.example>").replyText == refusal)
        try underWay.quit()
        #expect(Poll.until(.after(.seconds(60))) { output("ended").count == 1 })
        #expect(output("ended") == ["ended 0"])
        #expect(daemon.messages("stopped").first?["abandoned"] == "0")

        write(writer, "start\n", 6)
        #expect(try waiting.receive(awaiting: "the successor").replyCode == .negotiate)
        waiting.close()
        #expect(try session().rcpt("<user1@lab.example>").replyText == refusal)
        #expect(FileManager.default.fileExists(atPath: listener))
    }
}

/// Running out of file descriptors.
@Suite("Descriptors")
struct DescriptorTests {
    @Test(.timeLimit(.minutes(10)))
    func runningOutOfThemIsSurvivedWithoutSpinning() throws {
        let daemon = try ArgotDaemon(ArgotDaemon.enforcing()) { path, arguments in
            ("/bin/sh", ["-c", "ulimit -n 64; exec \"$0\" \"$@\"", path] + arguments)
        }
        try daemon.start()
        #expect(daemon.isServing())
        var connections = try (1...100).map { _ in try FakeMTAConnection(to: daemon.socket, timeout: .seconds(60)) }
        for connection in connections {
            try connection.send(MilterPacket(.negotiate, payload: NegotiationOffer.postfix.payload))
        }
        #expect(daemon.awaitMessage("out of file descriptors"))

        // A window in which nothing happens but that connections wait.
        let before = try Self.processorTime(of: daemon)
        _ = Poll.until(.after(.seconds(2))) { false }
        let used = try Self.processorTime(of: daemon) - before
        #expect(used < .milliseconds(500), "argotd spins")

        // The first ones are served all the while.
        #expect(try connections[0].receive(awaiting: "negotiation").replyCode == .negotiate)
        connections.removeAll()
        #expect(daemon.awaitMessage("taking connections again", within: .seconds(60)))
        #expect(daemon.isServing(within: .seconds(60)))
        #expect(daemon.stop() == .exited(0))
    }

    /// The processor time that the daemon has used, from /proc/PID/stat (proc(5), fields 14 and 15).
    private static func processorTime(of daemon: ArgotDaemon) throws -> Duration {
        let path = "/proc/\(daemon.process?.processID ?? 0)/stat"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        let ticks = (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
        return .milliseconds(ticks * 1_000 / sysconf(Int32(_SC_CLK_TCK)))
    }
}
