import FakeMTA
import Foundation
import Milter
import Synchronization
import Testing

@testable import MilterNative

/// The engine with its threads, in the test's own process. One at a time: descriptors and memory are the process's.
@Suite("The native engine", .serialized, .timeLimit(.minutes(5)))
struct EngineTests {
    /// Ten thousand connections that negotiated and then say nothing cost less than 20 MB; so do this share of them. First,
    /// before others leave memory to be used again.
    @Test(.enabled(if: descriptorLimit > 6_200, "needs 6,200 descriptors"))
    func idleConnectionsCostLittle() throws {
        let lab = try EngineLab()
        func connections(_ count: Int) throws -> [FakeMTAConnection] {
            try (0..<count).map { _ in
                let connection = try FakeMTAConnection(to: lab.socket)
                _ = try connection.negotiate()
                return connection
            }
        }
        // The first ones pay for what the process needs anyway.
        let first = try connections(100)
        let before = EngineLab.resident
        let more = try connections(3_000)
        #expect(lab.engine.counts.active == 3_100)
        // The test's own half of the connections is in it.
        #expect(EngineLab.resident - before < 3_000 * 2_000)
        for connection in first + more { connection.close() }
        #expect(EngineLab.eventually { lab.engine.connections == 0 })
    }

    @Test func enginesInOneProcessDoNotKnowEachOther() throws {
        let labs = try (1...3).map { _ in try EngineLab() }
        for lab in labs {
            let session = try FakeMTASession(socket: lab.socket)
            #expect(try session.connect(EngineLab.peer) == MilterAnswer(.continue))
            #expect(lab.engine.counts.active == 1)
            #expect(lab.engine.answers(within: 5))
            try session.quit()
        }
        #expect(labs[0].engine.drain(within: 5) == MilterDrainReport(underWay: 0, abandoned: 0))
        #expect(labs[0].engine.state == .stopped(0))
        #expect(!labs[0].engine.answers(within: 1))
        #expect(labs[1].engine.answers(within: 5))
    }

    /// That the filter ends is not a client's doing.
    @Test func sessionsThatAreGivenUpAreToldNothing() throws {
        let closed = Mutex(0)
        let lab = try EngineLab(EngineLab.Behaviour(atClose: { closed.withLock { $0 += 1 } }))
        let sessions = try (1...3).map { _ in try FakeMTASession(socket: lab.socket) }
        for session in sessions { _ = try session.connect(EngineLab.peer) }
        try sessions[0].quit()
        sessions[1].connection.close()
        #expect(EngineLab.eventually { closed.withLock { $0 } == 2 })
        #expect(lab.engine.drain(within: 0) == MilterDrainReport(underWay: 1, abandoned: 1))
        try sessions[2].connection.awaitClose()
        #expect(closed.withLock { $0 } == 2)
    }

    /// A few connections that last are not all one thread's.
    @Test func connectionsAreSpread() throws {
        let lab = try EngineLab(threads: 2)
        let connections = try (1...40).map { _ in try FakeMTAConnection(to: lab.socket) }
        #expect(EngineLab.eventually { lab.engine.connections == 40 })
        for share in lab.engine.shares { #expect(share.connections >= 10) }
        for connection in connections { _ = try connection.negotiate() }
        for connection in connections { connection.close() }
        #expect(EngineLab.eventually { lab.engine.connections == 0 && lab.engine.counts.active == 0 })
    }

    /// Packets are not served on credit: who does not read is not read from, and loses nothing by it.
    @Test func whoDoesNotReadIsNotReadFrom() throws {
        let lab = try EngineLab(EngineLab.Behaviour(body: [UInt8](repeating: 0x61, count: 500_000)), threads: 1)
        let connection = try FakeMTAConnection(to: lab.socket)
        _ = try connection.negotiate()
        let message = [
            MilterPacket(.mail, strings: ["<a@example.net>"]), MilterPacket(.rcpt, strings: ["<b@lab.example>"]),
            MilterPacket(.endOfHeaders), MilterPacket(.endOfMessage),
        ]
        try connection.send(MilterPacket(.connect, payload: EngineLab.peer.payload))
        #expect(try connection.receiveAnswer(to: .connect) == MilterAnswer(.continue))
        let before = EngineLab.resident
        for _ in 1...60 { try connection.send(message) }
        // Another one is served meanwhile, by the same thread.
        for _ in 1...50 {
            let other = try FakeMTASession(socket: lab.socket)
            #expect(try other.connect(EngineLab.peer) == MilterAnswer(.continue))
            try other.quit()
        }
        // Sixty bodies are thirty megabytes.
        #expect(EngineLab.resident - before < 10 << 20)
        for _ in 1...60 {
            for command in [FakeMTA.MilterCommand.mail, .rcpt, .endOfHeaders] {
                #expect(try connection.receiveAnswer(to: command) == MilterAnswer(.continue))
            }
            let answer = try connection.receiveAnswer(to: .endOfMessage)
            #expect(answer.modifications.count == 8)
        }
        connection.close()
    }

    @Test func whoNeverReadsIsGivenUp() throws {
        let lab = try EngineLab(
            EngineLab.Behaviour(body: [UInt8](repeating: 0x61, count: 2_000_000)), packetTimeout: 1)
        let connection = try FakeMTAConnection(to: lab.socket)
        _ = try connection.negotiate()
        try connection.send([
            MilterPacket(.connect, payload: EngineLab.peer.payload), MilterPacket(.mail, strings: ["<a@example.net>"]),
            MilterPacket(.rcpt, strings: ["<b@lab.example>"]), MilterPacket(.endOfMessage),
        ])
        #expect(EngineLab.eventually { lab.engine.connections == 0 && lab.engine.counts.active == 0 })
        #expect(lab.engine.counts.begun == 1)
    }

    @Test func halfAPacketHasItsTimeAndSilenceMore() throws {
        let lab = try EngineLab(idleTimeout: 3_600, packetTimeout: 1)
        let half = try FakeMTASession(socket: lab.socket)
        let silent = try FakeMTASession(socket: lab.socket)
        for session in [half, silent] { #expect(try session.connect(EngineLab.peer) == MilterAnswer(.continue)) }
        try half.connection.send(bytes: [0, 0, 0, 9, 0x48, 0x61])
        try half.connection.awaitClose()
        #expect(try silent.helo("mail.example") == MilterAnswer(.continue))
    }

    @Test func whoIsSilentTooLongIsGivenUp() throws {
        let lab = try EngineLab(idleTimeout: 1)
        let session = try FakeMTASession(socket: lab.socket)
        try session.connection.awaitClose()
        #expect(EngineLab.eventually { lab.engine.counts.active == 0 })
    }

    /// What is wrong is told, but not as often as it happens.
    @Test func faultsAreTold() throws {
        let told = Mutex<[String]>([])
        let lab = try EngineLab(report: { text in told.withLock { $0.append(text) } })
        for _ in 1...100 {
            let connection = try FakeMTAConnection(to: lab.socket)
            try connection.send(bytes: [0xff, 0xff, 0xff, 0xff, 0x4f])
            try connection.awaitClose()
        }
        let texts = told.withLock { $0 }
        #expect(texts.first == "a packet that is not a mail server's, or too long")
        #expect(texts.count < 50)
    }

    /// Twenty thousand sessions one after another, sixteen at a time.
    @Test func shortSessionsLeaveNothing() throws {
        let lab = try EngineLab(EngineLab.Behaviour(recipient: .reject), threads: 2)
        func sessions(_ count: Int) -> Int {
            let failures = Atomic<Int>(0)
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                for _ in 0..<count / 8 {
                    do {
                        let connection = try FakeMTAConnection(to: lab.socket, timeout: .seconds(60))
                        _ = try connection.negotiate()
                        try connection.send([
                            MilterPacket(.macros, payload: Array("Cj\0mx.example\0v\0Postfix 3.7.11\0".utf8)),
                            MilterPacket(.connect, payload: EngineLab.peer.payload),
                            MilterPacket(.mail, strings: ["<a@example.net>"]),
                            MilterPacket(.rcpt, strings: ["<b@lab.example>"]), MilterPacket(.quit),
                        ])
                        for command in [FakeMTA.MilterCommand.connect, .mail] {
                            guard try connection.receiveAnswer(to: command).verdict == .continue else { throw Odd() }
                        }
                        guard try connection.receiveAnswer(to: .rcpt).verdict == .reject else { throw Odd() }
                        try connection.awaitClose()
                    } catch { failures.add(1, ordering: .relaxed) }
                }
            }
            return failures.load(ordering: .relaxed)
        }
        #expect(sessions(4_000) == 0)
        let (descriptors, resident) = (EngineLab.descriptors, EngineLab.resident)
        #expect(sessions(16_000) == 0)
        #expect(EngineLab.eventually { lab.engine.counts.active == 0 && lab.engine.connections == 0 })
        #expect(lab.engine.counts.begun == 20_000)
        #expect(EngineLab.descriptors <= descriptors + 2)
        #expect(EngineLab.resident - resident < 4 << 20)
    }

    private struct Odd: Error {}

    private static var descriptorLimit: Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        if limit.rlim_cur < 8_000 {
            limit.rlim_cur = min(limit.rlim_max, 8_000)
            setrlimit(resource, &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// A callback that takes its time holds up the sessions of its thread only.
    @Test func aSlowCallbackHoldsUpItsThreadOnly() throws {
        let gate = DispatchSemaphore(value: 0)
        let lab = try EngineLab(EngineLab.Behaviour(atMail: { gate.wait() }), threads: 2)
        // Both threads have connections.
        let sessions = try (1...12).map { _ in try FakeMTASession(socket: lab.socket) }
        for session in sessions { _ = try session.connect(EngineLab.peer) }
        try sessions[0].connection.send(MilterPacket(.mail, strings: ["<a@example.net>"]))
        let served = Mutex(0)
        for session in sessions.dropFirst() {
            session.connection.timeout = .milliseconds(300)
            if (try? session.helo("mail.example")) != nil { served.withLock { $0 += 1 } }
        }
        #expect(served.withLock { $0 } >= 2)
        gate.signal()
        #expect(try sessions[0].connection.receiveAnswer(to: .mail) == MilterAnswer(.continue))
    }
}
