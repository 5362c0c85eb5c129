import EngineTraits
import FakeMTA
import Testing

/// What no mail server should send, and what only odd ones do. The room sees what libmilter's callbacks in C see, and
/// nothing is left of a session however it ended.
@Suite("Odd and broken mail servers", .bothEngines)
struct ProtocolAbuseTests {
    struct Course: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var run: @Sendable (FakeMTASession) throws -> Void
        /// What the session has recorded, if it is to be the same for every libmilter.
        var record: [String]?

        init(_ name: String, _ record: [String]? = nil, _ run: @escaping @Sendable (FakeMTASession) throws -> Void) {
            testDescription = name
            self.record = record
            self.run = run
        }
    }

    static let mail = "mail \"<a@example.net>\""

    static let courses = [
        Course("ABORT without MAIL") { session in
            _ = try session.connect(Probe.peer)
            try session.abort()
            _ = try session.helo("x")
            try session.quit()
        },
        Course("ABORT twice", [Probe.connected, mail, "abort", "close"]) { session in
            _ = try session.connect(Probe.peer)
            _ = try session.mail("<a@example.net>")
            try session.abort()
            try session.abort()
            try session.quit()
        },
        Course("ABORT, then another MAIL", [Probe.connected, mail, "abort", mail, "abort", "close"]) { session in
            _ = try session.connect(Probe.peer)
            for _ in 1...2 {
                _ = try session.mail("<a@example.net>")
                try session.abort()
            }
            try session.quit()
        },
        Course("close without ABORT", [Probe.connected, mail, "abort", "close"]) { session in
            _ = try session.connect(Probe.peer)
            _ = try session.mail("<a@example.net>")
            try session.drop()
        },
        Course("QUIT without ABORT", [Probe.connected, mail, "abort", "close"]) { session in
            _ = try session.connect(Probe.peer)
            _ = try session.mail("<a@example.net>")
            try session.quit()
        },
        Course("UNKNOWN last in a transaction") { session in
            _ = try session.connect(Probe.peer)
            _ = try session.mail("<a@example.net>")
            _ = try session.unknown("FOO")
            try session.quit()
        },
        Course("HELO within a transaction", [Probe.connected, mail, "abort", "helo \"x\"", "close"]) { session in
            _ = try session.connect(Probe.peer)
            _ = try session.mail("<a@example.net>")
            _ = try session.helo("x")
            try session.quit()
        },
        Course("MAIL twice") { session in
            _ = try session.connect(Probe.peer)
            for _ in 1...2 { _ = try session.mail("<a@example.net>") }
            try session.quit()
        },
        Course("MAIL without HELO or CONNECT") { session in
            session.connection.timeout = .milliseconds(300)
            _ = try? session.mail("<a@example.net>")
            session.connection.close()
        },
        Course("CONNECT and close", [Probe.connected, "close"]) { session in
            _ = try session.connect(Probe.peer)
            session.connection.close()
        },
        Course("CONNECT twice") { session in
            _ = try session.connect(Probe.peer)
            session.connection.timeout = .milliseconds(300)
            _ = try? session.connect(Probe.peer)
            session.connection.close()
        },
        Course("negotiation twice") { session in
            _ = try session.connect(Probe.peer)
            session.connection.timeout = .milliseconds(300)
            _ = try? session.connection.negotiate()
            session.connection.close()
        },
        Course("negotiation twice, before CONNECT") { session in
            session.connection.timeout = .milliseconds(300)
            _ = try? session.connection.negotiate()
            _ = try? session.connect(Probe.peer)
            session.connection.close()
        },
        Course("QUIT_NC, then gone") { session in
            _ = try session.connect(Probe.peer)
            _ = try session.mail("<a@example.net>")
            try session.quitForNewClient()
            try session.flush()
            session.connection.close()
        },
        Course("QUIT_NC, then CONNECT") { session in
            _ = try session.connect(Probe.peer)
            session.connection.timeout = .milliseconds(300)
            try session.quitForNewClient()
            _ = try? session.connect(Probe.peer)
            session.connection.close()
        },
        Course("half a packet", [Probe.connected, "close"]) { session in
            _ = try session.connect(Probe.peer)
            try session.connection.send(bytes: [0, 0, 0, 9, 0x48, 0x61])
            try session.drop()
        },
        Course("a packet of 4 GB", [Probe.connected, "close"]) { session in
            _ = try session.connect(Probe.peer)
            try session.connection.send(bytes: [0xFF, 0xFF, 0xFF, 0xFF, 0x48])
            try session.drop()
        },
        Course("MAIL without arguments") { session in
            _ = try session.connect(Probe.peer)
            try session.connection.send(MilterPacket(.mail))
            try session.drop()
        },
        Course("MAIL without an end") { session in
            _ = try session.connect(Probe.peer)
            try session.connection.send(MilterPacket(.mail, payload: Array("<a@b.example>".utf8)))
            try session.drop()
        },
    ]

    /// A session that begins with CONNECT in the room has not begun, but is under way all the same.
    @Test(arguments: courses)
    func isSeenAsInC(course: Course) throws {
        let probe = try ScriptedFilter(ScriptedFilter.probe)
        try course.run(try FakeMTASession(socket: probe.socket))
        try probe.process.awaitCounts { $0.active == 0 && $0.begun == 1 }
        let record = probe.record(ofSession: 1)
        if let expected = course.record { #expect(record == expected) }

        let reference = try ScriptedFilter()
        try course.run(try FakeMTASession(socket: reference.socket))
        try reference.awaitClose(ofSession: 1)
        let expected = reference.record(ofSession: 1).filter { !$0.hasPrefix("negotiate ") }
        if expected.contains(where: { $0.hasPrefix("connect ") }) {
            #expect(record == expected)
        } else {
            #expect(record == [])
        }

        let other = try FakeMTASession(socket: probe.socket)
        #expect(try other.connect(Probe.peer) == MilterAnswer(.continue))
    }

    @Test(
        arguments: [
            [], [0], [0, 0, 0, 0], [0, 0, 0, 13, 0x4F, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0x4F],
            Array("EHLO mail.example\r\n".utf8), [0, 0, 0, 1, 0x7A], MilterPacket(.quit).encoded(),
            MilterPacket(.connect, payload: Probe.peer.payload).encoded(),
        ] as [[UInt8]])
    func garbageInsteadOfANegotiation(bytes: [UInt8]) throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let connection = try FakeMTAConnection(to: filter.socket)
        try connection.send(bytes: bytes)
        connection.finishWriting()
        try? connection.awaitClose()
        let session = try FakeMTASession(socket: filter.socket)
        #expect(try session.connect(Probe.peer).verdict == .continue)
        try session.quit()
        try filter.process.awaitCounts { $0.active == 0 }
    }

    @Test func fiveThousandThatNegotiateAndVanishLeaveNothing() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let before = filter.process.descriptorCount
        for number in 1...5_000 {
            let connection = try FakeMTAConnection(to: filter.socket)
            if number % 5 != 0 { _ = try connection.negotiate() }
            connection.close()
        }
        try filter.process.awaitCounts { $0.active == 0 && $0.begun == 4_000 }
        #expect(eventually { filter.process.descriptorCount <= before + 2 })
        let session = try FakeMTASession(socket: filter.socket)
        #expect(try session.connect(Probe.peer).verdict == .continue)
    }
}
