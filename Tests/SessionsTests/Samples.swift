import SMTP
import Sessions

/// What a test sends to a recorder, and what it reads back.
extension SessionRecorder {
    /// A recorder behind Postfix for a client at 192.0.2.10.
    static func sample(limits: RecorderLimits = RecorderLimits(), mta: MTA = .postfix) -> SessionRecorder {
        SessionRecorder(
            id: "s1", began: 1_700_000_000,
            peers: SessionPeers(client: ClientAddress("192.0.2.10"), clientPort: 4_242, mta: mta), limits: limits)
    }

    mutating func helo(_ text: String, at time: UInt64 = 0) { take(.helo, parts: text, at: time) }

    mutating func mail(_ arguments: String..., at time: UInt64 = 0) { take(.mail, joined(arguments).span, at: time) }

    mutating func recipient(_ arguments: String..., at time: UInt64 = 0) {
        take(.rcpt, joined(arguments).span, at: time)
    }

    mutating func refused(code: String, text: String, at time: UInt64 = 0) {
        take(.refused, parts: code, text, at: time)
    }

    mutating func tls(version: String, cipher: String, at time: UInt64 = 0) {
        take(.tls, parts: version, cipher, at: time)
    }

    mutating func authenticated(mechanism: String, at time: UInt64 = 0) { take(.auth, parts: mechanism, at: time) }

    mutating func proto(_ name: String, at time: UInt64 = 0) { take(.proto, parts: name, at: time) }

    mutating func unknown(_ text: String, at time: UInt64 = 0) { take(.unknown, Array(text.utf8).span, at: time) }

    mutating func header(_ name: String, _ value: String, at time: UInt64 = 0) {
        take(.header, joined([name, value]).span, at: time)
    }

    mutating func header(_ name: [UInt8], _ value: [UInt8], at time: UInt64 = 0) {
        take(.header, (name + [0] + value).span, at: time)
    }

    mutating func body(_ text: String, at time: UInt64 = 0) { take(.body, Array(text.utf8).span, at: time) }

    mutating func answered(_ answer: String, at time: UInt64 = 0) { take(.answer, parts: answer, at: time) }

    private func joined(_ arguments: [String]) -> [UInt8] { Array(arguments.joined(separator: "\0").utf8) }
}

extension SessionTranscript {
    /// Each event as its word and its parts.
    var lines: [String] {
        events.map { event in
            ([event.kind.rawValue] + event.parts.map { String(decoding: $0, as: UTF8.self) }).joined(separator: " | ")
        }
    }
}
