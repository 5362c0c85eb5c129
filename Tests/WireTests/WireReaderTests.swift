import SMTP
import Seeded
import Testing
import Wire

/// Conversations as bytes, and the steps that are read of them. A step is `C:` or `S:` and the bytes of one segment, `C-` or
/// `S-` for missing ones, `T:` for TLS and `X:` for TLS that is not read.
struct WireReaderTests {
    /// What is read of a conversation, in words.
    private static func steps(_ events: [String], hearing: WireReader.Hearing = .bothSides) -> [String] {
        var reader = WireReader(hearing: hearing)
        var steps: [WireStep] = []
        for event in events {
            let bytes = Array(event.dropFirst(2).utf8)[...]
            switch event.prefix(2) {
            case "C:": steps += reader.take(.client, bytes, at: 0)
            case "S:": steps += reader.take(.server, bytes, at: 0)
            case "C-": steps += reader.take(.clientGap, bytes, at: 0)
            case "S-": steps += reader.take(.serverGap, bytes, at: 0)
            case "T:": steps += reader.take(.tls, bytes, at: 0)
            default: steps += reader.take(.encrypted, at: 0)
            }
        }
        return (steps + reader.finish(at: 0)).map(word)
    }

    /// A step in words: all of it but how it was spread over segments.
    private static func word(_ step: WireStep) -> String {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        switch step {
        case .greeting(let reply): return "greeting \(reply.codes) \(reply.form.rawValue) \(text(reply.bytes))"
        case .reply(let reply, let number):
            return "\(number.map(String.init) ?? "-") \(reply.codes) \(reply.form.rawValue) \(text(reply.bytes))"
        case .message(let message):
            return
                "\(message.kind)\(message.isEarly ? "!" : "")\(message.isWhole ? "" : "…") \(message.lineEnd.rawValue) "
                + "\(message.length) \(text(message.bytes))"
        case .emptyLine: return "empty"
        case .encrypted: return "encrypted"
        case .gap(let isOfClient): return isOfClient ? "C-" : "S-"
        }
    }

    @Test("One side alone is read by what it looks like, message after message")
    func oneSide() {
        let message = ["C:MAIL FROM:<a@b>\r\n", "C:DATA\r\n", "C:Data-x: y\r\n\r\n.\r\n"]
        let login = ["C:AUTH LOGIN\r\n", "C:dXNlcg==\r\ncGFzcw==\r\n"]
        let steps = Self.steps(login + message + message + ["C:DATA\r\nRSET\r\n"], hearing: .client)
        #expect(
            steps.map { $0.prefix { $0 != " " } }.map { $0.split(separator: ".").last ?? "" } == [
                "auth)", "authentication", "authentication", "mail)", "data)", "content", "mail)", "data)", "content",
                "data)",
                "rset)",
            ])
    }

    @Test("Where only commands are shown, each line is one")
    func commandsOnly() {
        let steps = Self.steps(
            ["C:AUTH LOGIN\r\n", "C:DATA\r\n", "C:BDAT 5\r\n", "C:frob\r\n", "C:QUIT\r\n"], hearing: .commands)
        #expect(
            steps.map { $0.prefix { $0 != " " } }.map { $0.split(separator: ".").last ?? "" } == [
                "auth)", "data)", "bdat)", "unknownCommand", "quit)",
            ])
    }

    /// Conversations in which much hangs on what comes when.
    static let conversations: [[String]] = [
        [
            "S:220 mx\r\n", "C:EHLO a\r\n", "S:250-mx\r\n250 PIPELINING\r\n",
            "C:MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n",
            "S:250 ok\r\n450 later\r\n354 go\r\n", "C:From: a\r\n b\r\n\r\n..x\n.\r\nQUIT\r\n",
            "S:250 ok\r\n221 bye\r\n",
        ],
        ["C:EHLO early\r\n", "S:\r\n220 mx\r\n\r\n", "S:250 ok\r\n", "C:noop", "S:421 bye\r\n"],
        ["S:220 mx\r\n", "C:DATA\r\nSubject: x\r\n\r\nQUIT\r\n.\r\nRSET\r\n", "S:354 go\r\n250 ok\r\n250 ok\r\n"],
        ["S:220 mx\r\n", "C:DATA\r\nSubject: x\r\nRSET\r\n", "S:503 no\r\n", "S:500 what\r\n250 ok\r\n"],
        ["S:220 mx\r\n", "C:BDAT 13 LAST\r\nA: b\r\n\r\nQUIT\nQUIT\r\n", "S:250 ok\r\n221 bye\r\n"],
        ["S:220 mx\r\n", "C:BDAT\t3\r\n", "S:552 no\r\n", "C:RSET\r\n", "S:250 ok\r\n"],
        ["S:220 mx\r\n", "C:BDAT 6 LAST\r\n", "S:552 no\r\n", "C:RS\n.\r\nQUIT\r\n", "S:221 x\r\n"],
        ["S:220 mx\r\n", "C:BDAT 6 LAST\r\n", "S:552 no\r\n", "C:RSE"],
        [
            "S:220 mx\r\n", "C:AUTH LOGIN\r\ndXNlcg==\r\n", "S:334 x\r\n", "S:334 y\r\n", "C:cGFzcw==\r\n",
            "S:535 n\r\n",
            "C:QUIT\r\n",
        ],
        [
            "S:220 mx\r\n", "C:STARTTLS\r\n", "S:220 go\r\n", "T:", "C:EHLO a\r\n", "S:250 mx\r\n", "X:",
            "C:\u{16}\u{3}",
        ],
        [
            "S:220 mx", "C:HELO a\n", "S:250-OK\r\n550 Error\r\n", "C:\r\r\n", "S:25\r\n250\r", "C:\n",
            "S:OK\n2500 x\r\n250 y\r\n",
        ],
        ["S:220 mx\r\n", "C:DATA\r\n", "C:DATA\r\n", "C:x\r\n"],
        ["S:220 mx\r\n", "C:DATA\r\n", "S:354 go\r\n", "C-", "C:a\r\n.\n", "S-", "S:250 ok\r\n250 again\r\n\r\n"],
    ]

    @Test("However the bytes are cut, the steps are the same", arguments: conversations)
    func cuts(events: [String]) {
        let whole = Self.steps(events)
        for (index, event) in events.enumerated() where "CS".contains(event.prefix(1)) && event.dropFirst().first == ":"
        {
            let bytes = Array(event.dropFirst(2).unicodeScalars)
            func piece(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
                String(event.prefix(2)) + String(String.UnicodeScalarView(scalars))
            }
            for cut in bytes.indices.dropFirst() {
                var pieces = events
                pieces.replaceSubrange(index...index, with: [piece(bytes[..<cut]), piece(bytes[cut...])])
                #expect(Self.steps(pieces) == whole)
            }
            var single = events
            single.replaceSubrange(index...index, with: bytes.indices.map { piece(bytes[$0...$0]) })
            #expect(Self.steps(single) == whole)
        }
    }

    @Test("However random bytes of both sides are cut, the steps are the same", arguments: 0..<60 as Range<UInt64>)
    func randomCuts(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let words = [
            "EHLO a\r\n", "MAIL FROM:<a@b>\n", "DATA\r\n", "BDAT 5\r\n", "BDAT 3 LAST\r\nabc", "AUTH LOGIN\r\n", "x",
            "\r", "\n",
            ".\r\n", "\r\n.\r\n", "RSET\r\n", "Subject: x\r\n\r\n", " ", "STARTTLS\r\n", "\0\u{1}", "QUIT",
        ]
        let answers = [
            "220 mx\r\n", "250 ok\r\n", "250-a\r\n", "354 go\r\n", "334 x\r\n", "500 no\r\n", "\r\n", "25", "0\r", "\n",
            "552 no\r\n",
        ]
        var events: [String] = Bool.random(using: &random) ? ["S:220 mx\r\n"] : []
        for _ in 0..<30 {
            let isClient = Bool.random(using: &random)
            let from = isClient ? words : answers
            let text = (0..<Int.random(in: 1...4, using: &random)).map { _ in from.randomElement(using: &random)! }
                .joined()
            events.append((isClient ? "C:" : "S:") + text)
        }
        let whole = Self.steps(events)
        for _ in 0..<10 {
            let pieces = events.flatMap { event -> [String] in
                var rest = Array(event.dropFirst(2).unicodeScalars)[...]
                var pieces: [String] = []
                while !rest.isEmpty {
                    let part = rest.prefix(Int.random(in: 1...8, using: &random))
                    rest = rest.dropFirst(part.count)
                    pieces.append(event.prefix(2) + String(String.UnicodeScalarView(part)))
                }
                return pieces
            }
            #expect(Self.steps(pieces) == whole)
        }
    }

    @Test("Segments are told by messages")
    func segments() {
        var reader = WireReader()
        var messages: [ClientMessage] = []
        for (index, text) in ["NO", "OP\r\nRSE", "T\r\n", "QUIT\r\n"].enumerated() {
            for case .message(let message) in reader.take(.client, Array(text.utf8)[...], at: UInt64(index)) {
                messages.append(message)
            }
        }
        #expect(messages.map(\.segmentCount) == [2, 2, 1])
        #expect(messages.map(\.opensSegment) == [true, false, true])
        #expect(messages.map(\.time) == [0, 1, 3])
    }

    @Test("What waits for a reply that never comes is bounded, and the reply finds its message all the same")
    func waiting() {
        var reader = WireReader()
        _ = reader.take(.server, Array("220 mx\r\n".utf8)[...], at: 0)
        _ = reader.take(.client, Array("DATA\r\n".utf8)[...], at: 0)
        let line = Array("Subject: x\r\n".utf8)
        let block = (0..<WireReader.maximumWaitingBytes / 10).flatMap { _ in line }
        #expect(reader.take(.client, block[...], at: 1) == [])
        let reply = reader.take(.server, Array("354 go\r\n".utf8)[...], at: 2)
        #expect(reply.count == 1)
        if case .reply(_, let number) = reply.first { #expect(number == 0) } else { Issue.record("\(reply)") }
        let end = reader.take(.client, Array(".\r\n".utf8)[...], at: 3)
        guard case .message(let content)? = end.first else {
            Issue.record("\(end)")
            return
        }
        #expect(content.kind == .content && content.length == block.count + 3)
    }

    @Test("A client that never ends is heard so long and no longer")
    func endless() {
        var reader = WireReader()
        var count = 0
        for _ in 0..<WireReader.maximumMessages / 1_000 + 2 {
            let lines = Array(String(repeating: "NOOP\r\n", count: 1_000).utf8)
            count += reader.take(.client, lines[...], at: 0).count
        }
        #expect(count == WireReader.maximumMessages)
        #expect(reader.take(.server, Array("220 mx\r\n".utf8)[...], at: 0).isEmpty)
    }
}
