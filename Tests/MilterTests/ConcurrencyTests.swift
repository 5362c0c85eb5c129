import EngineTraits
import FakeMTA
import Foundation
import Synchronization
import Testing

@Suite("Sessions do not mix", .serialized)
struct ConcurrencyTests {
    static let threads = 16

    /// Runs `body` on threads of their own and returns what they throw.
    static func inParallel(_ body: @escaping @Sendable (Int) throws -> Void) -> [String] {
        let failures = Failures()
        let group = DispatchGroup()
        for number in 0..<threads {
            group.enter()
            Thread.detachNewThread {
                do {
                    try body(number)
                } catch {
                    failures.add("\(number): \(error)")
                }
                group.leave()
            }
        }
        let isDone = group.wait(timeout: .now() + 100) == .success
        return failures.all + (isDone ? [] : ["time is over"])
    }

    private final class Failures: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    /// Each session says who it is at each stage; its record must not show anybody else.
    @Test(.timeLimit(.minutes(10)), .bothEngines)
    func twoThousandAtOnce() throws {
        let perThread = 125
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let socket = filter.socket
        let failures = Self.inParallel { thread in
            let sessions = try (0..<perThread).map { number in
                (name: "s\(thread)-\(number)", session: try FakeMTASession(socket: socket, timeout: .seconds(60)))
            }
            for (name, session) in sessions {
                _ = try session.connect(ClientPeer(name: name, ip: "192.0.2.1", port: 1))
            }
            for (name, session) in sessions { _ = try session.helo(name) }
            for (name, session) in sessions { _ = try session.mail("<\(name)@example.net>") }
            for _ in 1...2 { for (name, session) in sessions { _ = try session.rcpt("<\(name)@lab.example>") } }
            for (_, session) in sessions { _ = try session.data() }
            for (name, session) in sessions { _ = try session.header("X-Name", " \(name)") }
            for (_, session) in sessions { _ = try session.endOfHeaders() }
            for (_, session) in sessions { _ = try session.endOfMessage() }
            for (_, session) in sessions.shuffled() { try session.quit() }
        }
        #expect(failures == [])
        let count = Self.threads * perThread
        var lines: [Substring: [Substring]] = [:]
        for line in filter.record where !line.hasPrefix("S0 ") {
            let parts = line.split(separator: " ", maxSplits: 1)
            lines[parts[0], default: []].append(parts[1])
        }
        var names: Set<Substring> = []
        var mixed: [[Substring]] = []
        for session in lines.values {
            let name = session[0].split(separator: "\"")[1]
            names.insert(name)
            let expected = [
                "connect \"\(name)\" inet 192.0.2.1 1", "helo \"\(name)\"", "mail \"<\(name)@example.net>\"",
                "rcpt \"<\(name)@lab.example>\"", "rcpt \"<\(name)@lab.example>\"", "data",
                "header \"X-Name\" \" \(name)\"", "eoh", "eom", "close",
            ]
            if session.map(String.init) != expected { mixed.append(session) }
        }
        #expect(mixed.first == nil)
        #expect(names.count == count)
        let counts = try filter.process.counts()
        #expect(counts.active == 0)
        #expect(counts.begun == count)
    }

    /// Callbacks that block take a thread each of libmilter's; their sessions, and only those, wait. The native engine has
    /// few threads, and asks that callbacks do not block.
    @Test(.timeLimit(.minutes(10)))
    func blockedCallbacksAndOthers() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "mail#2=hang:1"])
        let socket = filter.socket
        let failures = Self.inParallel { thread in
            for _ in 1...3 {
                let session = try FakeMTASession(socket: socket, timeout: .seconds(60))
                _ = try session.connect(Probe.peer)
                for _ in 1...(thread % 2 + 1) {
                    _ = try session.mail("<a@example.net>")
                    _ = try session.rcpt("<b@lab.example>")
                    try session.abort()
                }
                try session.quit()
            }
        }
        #expect(failures == [])
        #expect(filter.record.count { $0.hasSuffix(" close") } == 3 * Self.threads)
        try filter.process.awaitCounts { $0.active == 0 }
    }

    @Test(.timeLimit(.minutes(10)), .bothEngines)
    func sessionsInARowLeakNothing() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let socket = filter.socket
        let before = filter.process.descriptorCount
        let failures = Self.inParallel { thread in
            for number in 1...100 {
                let session = try FakeMTASession(socket: socket, timeout: .seconds(60))
                _ = try session.connect(Probe.peer)
                _ = try session.mail("<a@example.net>")
                switch (thread + number) % 4 {
                case 0: try session.quit()
                case 1: try session.drop()
                case 2: session.connection.close()
                default:
                    try session.quitForNewClient()
                    try session.flush()
                    session.connection.close()
                }
            }
        }
        #expect(failures == [])
        try filter.process.awaitCounts { $0.active == 0 && $0.begun == 100 * Self.threads }
        #expect(eventually { filter.process.descriptorCount <= before + 2 })
    }
}
