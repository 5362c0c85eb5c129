import Glibc
import SMTP
import Seeded
import Sockets
import Synchronization
import Testing

@testable import PolicyService

/// What the conversations of a test have noted.
final class Notes: Sendable {
    private let requests = Mutex<[PolicyRequest]>([])
    var all: [PolicyRequest] { requests.withLock { $0 } }
    func add(_ request: PolicyRequest) { requests.withLock { $0.append(request) } }

    private let waiting = Mutex<[@Sendable () -> Void]>([])

    /// Keeps what is to be done until ``release()``.
    func later(_ body: @escaping @Sendable () -> Void) { waiting.withLock { $0.append(body) } }

    /// Does what was kept; returns how much that was.
    func release() -> Int {
        let bodies = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for body in bodies { body() }
        return bodies.count
    }
}

@Suite("Policy delegation")
struct PolicyConversationTests {
    static let request = """
        request=smtpd_access_policy
        protocol_state=RCPT
        protocol_name=ESMTP
        client_address=203.0.113.9
        client_name=mail.example.net
        client_port=40122
        reverse_client_name=mail.example.net
        helo_name=mail.example.net
        sender=a=b@example.net
        recipient=c@lab.example
        recipient_count=0
        instance=123.456.7


        """.replacing("\n\n\n", with: "\n\n")

    private func answers(_ pieces: [[UInt8]], _ notes: Notes) -> SocketAnswer {
        var conversation = PolicyConversation { notes.add($0) }
        var whole = SocketAnswer()
        for piece in pieces {
            let answer = conversation.received(piece.span)
            whole.bytes += answer.bytes
            if answer.closes { return SocketAnswer(bytes: whole.bytes, closes: true) }
        }
        return whole
    }

    @Test func aRequestIsNotedAndWaivedThrough() {
        let notes = Notes()
        let answer = answers([Array(Self.request.utf8)], notes)
        #expect(answer == SocketAnswer(bytes: Array("action=DUNNO\n\n".utf8)))
        #expect(
            notes.all == [PolicyRequest(client: ClientAddress("203.0.113.9"), clientPort: 40122, isExtended: true)])
    }

    @Test func requestsMayComeInAnyPieces() {
        var generator = SeededGenerator(seed: 1)
        let bytes = Array((Self.request + Self.request.replacing("ESMTP", with: "SMTP")).utf8)
        for _ in 0..<200 {
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...40, using: &generator)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let notes = Notes()
            #expect(answers(pieces, notes).bytes.count == 28)
            #expect(notes.all.map(\.isExtended) == [true, false])
        }
    }

    @Test(arguments: [
        ("protocol_name=ESMTP\n\n", "no request line"), ("request=junk\n\n", "another request"),
        ("request=smtpd_access_policy\nnonsense\n\n", "a line without ="),
        ("GET / HTTP/1.0\r\n\r\n", "another protocol"),
        (String(repeating: "a", count: 10_000), "a line without end"),
        (String(repeating: "a=b\n", count: 1_000), "too many lines"),
    ])
    func whatIsNoRequestEndsTheConnection(text: String, why: String) {
        let notes = Notes()
        #expect(answers([Array(text.utf8)], notes) == SocketAnswer(closes: true), "\(why)")
        #expect(notes.all.isEmpty)
    }

    @Test func whatIsMissingOrOddIsUnknown() {
        let notes = Notes()
        _ = answers(
            [Array("request=smtpd_access_policy\nclient_address=unknown\nprotocol_name=ESMTP\nhelo_name=\n\n".utf8)],
            notes)
        #expect(
            notes.all == [PolicyRequest(client: nil, clientPort: nil, isExtended: nil, protocolState: "")])
    }

    @Test func randomBytesNeverCrash() {
        var generator = SeededGenerator(seed: 2)
        let letters = Array("request=smtpd_access_policy\n\n=aé\0".utf8)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...300, using: &generator)
            let bytes = (0..<count).map { _ in letters.randomElement(using: &generator)! }
            _ = answers([bytes], Notes())
        }
    }
}
