import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// What must not stop the daemon, or keep it from stopping.
@Suite("Nothing stops the daemon", .timeLimit(.minutes(5)))
struct EnduranceTests {
    /// A daemon whose standard error is a pipe that nobody reads; the test holds it open.
    private func unreadDaemon(_ settings: [String: String]) throws -> (daemon: ArgotDaemon, pipe: FileHandle) {
        let directory = try ScratchDirectory(prefix: "argot")
        let path = "\(directory.path)/stderr"
        guard mkfifo(path, 0o600) == 0 else { throw LabError(.startFailed, "mkfifo") }
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        let daemon = try ArgotDaemon(settings) { program, arguments in
            ("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>\(path)", program] + arguments)
        }
        try daemon.start()
        withExtendedLifetime(directory) {}
        return (daemon, FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    private func status(_ daemon: ArgotDaemon) throws -> [String: Any] {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"), ["status", "--json", "--config", daemon.configurationFile],
            output: daemon.path(tag), errors: daemon.path(tag + ".err"))
        #expect(child.wait(until: .after(.seconds(30))) != nil)
        let object = try JSONSerialization.jsonObject(with: Data(daemon.contents(of: tag).utf8))
        return try #require(object as? [String: Any])
    }

    @Test func aLogThatNobodyReadsHoldsUpNobody() throws {
        let (daemon, pipe) = try unreadDaemon(ArgotDaemon.enforcing(["log_verdicts": "all"]))
        // More than a pipe holds, 64 kB.
        let session = try daemon.session()
        _ = try session.connect(.honest)
        _ = try session.helo("mail.linden.example")
        _ = try session.mail("<dora@linden.example>")
        for number in 1...600 { _ = try session.rcpt("<user\(number)@lab.example>") }
        try session.quit()
        let isStuck = Poll.until(.after(.seconds(60))) {
            ((try? status(daemon))?["log"] as? [String: Any])?["waiting_bytes"] as? Int ?? 0 > 20_000
        }
        #expect(isStuck)
        #expect(daemon.isServing())
        daemon.send(SIGHUP)
        let isReloaded = Poll.until(.after(.seconds(60))) {
            ((try? status(daemon))?["reload"] as? [String: Any])?["done"] as? Int == 1
        }
        #expect(isReloaded)
        #expect(daemon.stop(within: .seconds(30)) == .exited(0))
        try pipe.close()
    }

    /// Whoever reads again finds every line, in order.
    @Test func aLogThatIsReadLateIsWhole() throws {
        let (daemon, pipe) = try unreadDaemon(["log_verdicts": "all"])
        let session = try daemon.session()
        _ = try session.connect(.honest)
        _ = try session.helo("mail.linden.example")
        _ = try session.mail("<dora@linden.example>")
        for number in 1...600 { _ = try session.rcpt("<user\(number)@lab.example>") }
        try session.quit()
        var text = Data()
        let isWhole = Poll.until(.after(.seconds(60))) {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(pipe.fileDescriptor, &buffer, buffer.count), count > 0 {
                text += buffer[..<count]
            }
            return String(decoding: text, as: UTF8.self).matches(of: /rcpt":"<user/).count >= 600 && text.last == 0x0a
        }
        #expect(isWhole)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(ArgotDaemon.Line.init)
        let recipients = Set(lines.filter { $0["event"] == "verdict" }.map { $0["rcpt"] })
        #expect(recipients.count == 600)
        #expect(lines.allSatisfy { !$0.fields.isEmpty || !$0.text.hasPrefix("{") })
        #expect(daemon.stop() == .exited(0))
    }

    /// Without room for a stack no thread can be made: of libmilter's sessions none is lost that has its thread, and
    /// TERM ends the daemon as ever.
    @Test(.enabled(if: access("/usr/bin/prlimit", X_OK) == 0, "util-linux is not installed"))
    func theEndNeedsNoNewThread() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        #expect(daemon.isServing())
        let process = try #require(daemon.process)
        let pages = try String(contentsOfFile: "/proc/\(process.processID)/statm", encoding: .utf8)
            .split(separator: " ").first.flatMap { Int($0) }
        let limit = try #require(pages) * 4_096 + (1 << 20)
        let child = try ChildProcess(
            "/usr/bin/prlimit", ["--pid", "\(process.processID)", "--as=\(limit)"], output: daemon.path("prlimit"),
            errors: daemon.path("prlimit"))
        #expect(child.wait(until: .after(.seconds(30))) == .exited(0))
        #expect(daemon.isServing())
        #expect(daemon.stop(within: .seconds(40)) == .exited(0))
        #expect(daemon.messages("stopped").first?["abandoned"] == "0")
    }

    /// Without its key the database is of no use, which nobody would notice.
    @Test func aMissingHashingKeyIsSaid() throws {
        let daemon = try ArgotDaemon.started()
        #expect(daemon.messages("hashing.key is new").count == 1)
        #expect(daemon.stop() == .exited(0))
        try daemon.start()
        #expect(daemon.messages("hashing.key").count == 1)
        #expect(daemon.stop() == .exited(0))
        try FileManager.default.removeItem(atPath: daemon.path("data/hashing.key"))
        try daemon.start()
        #expect(daemon.messages("hashing.key was missing").first?["level"] == "warning")
    }

    /// A session without measure costs no memory beyond its limits.
    @Test(.timeLimit(.minutes(10)))
    func oneImmenseSessionStaysSmall() throws {
        let daemon = try ArgotDaemon.started(["transcript_file": "DIRECTORY/transcripts", "log_verdicts": "refusals"])
        #expect(try daemon.botReply() == nil)
        let process = try #require(daemon.process)
        func resident() throws -> Int {
            let text = try String(contentsOfFile: "/proc/\(process.processID)/statm", encoding: .utf8)
            return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
        }
        let before = try resident()
        let session = try daemon.session()
        _ = try session.connect(.honest)
        _ = try session.helo("mail.linden.example")
        for _ in 1...4 {
            _ = try session.mail("<dora@linden.example>")
            for number in 1...4_000 { _ = try session.rcpt("<user\(number)@lab.example>") }
            _ = try session.data()
            for number in 1...25_000 { _ = try session.header("X-\(number)", " \(number)") }
            _ = try session.header("X-Long", String(repeating: "x", count: 200_000))
            _ = try session.endOfHeaders()
            for byte in 0..<2_000 { _ = try session.body([UInt8(truncatingIfNeeded: byte)]) }
            _ = try session.endOfMessage()
        }
        let growth = try resident() - before
        #expect(growth < 48 << 20, "\(growth) bytes")
        try session.quit()
        #expect(daemon.stop() == .exited(0))
    }
}
