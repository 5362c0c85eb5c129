public import SMTP

/// Reads the bytes of a wire transcript as an SMTP conversation: messages, replies, and who waited for whom.
///
/// Replies belong to messages in order, as RFC 2920 has it; a message is early when it was sent before the reply to the
/// one before was complete. What bytes are (command, content, AUTH, chunk, TLS) follows what the server answered, as it
/// does for the server itself.
public struct DialogueReader {
    /// The most exchanges that are read; a client that goes on longer is cut off.
    public static let maximumExchanges = 10_000

    /// The longest command line that is kept whole.
    public static let maximumLineBytes = 16 * 1_024

    private enum Mode {
        case commands
        case content
        case chunk(remaining: Int)
        case authentication
        case opaque
    }

    private var assembler = ReplyAssembler()
    private var exchanges: [Dialogue.Exchange] = []
    private var greeting: ServerReply?
    /// Whether the server sent an empty line before its greeting.
    private var startsEmpty = false
    /// The exchanges that have no reply yet, oldest first.
    private var awaiting: ArraySlice<Int> = []
    private var mode = Mode.commands
    /// Whether the server has refused the chunk before an octet of it came: a command may follow instead.
    private var isChunkRefused = false
    private var isTLS = false
    private let hasServer: Bool

    /// The message that is being read; `nil` between messages. Of its line, `bytes` holds what came so far.
    private var message: ClientMessage?
    private var content = ContentReader()
    /// What came while it was open whether it is commands or content.
    private var held: [(bytes: ArraySlice<UInt8>, time: UInt64, opensSegment: Bool)] = []

    private init(hasServer: Bool) { self.hasServer = hasServer }

    /// The conversation that a transcript of the wire holds; `nil` for a milter's transcript. O(number of bytes).
    ///
    /// Where the server's side was not recorded nothing is early, since nobody can tell.
    public static func dialogue(from transcript: SessionTranscript) -> Dialogue? {
        guard transcript.vantage == .wire else { return nil }
        var reader = DialogueReader(hasServer: transcript.events.contains { $0.kind == .server })
        for event in transcript.events where reader.exchanges.count < maximumExchanges {
            switch event.kind {
            case .server: reader.serverSent(event.bytes, at: event.time)
            case .client: reader.clientSent(event.bytes, at: event.time)
            case .tls: reader.beginTLS(at: event.time)
            case .encrypted: reader.beginOpaque(at: event.time)
            default: break
            }
        }
        reader.finish(at: transcript.events.last?.time ?? 0)
        return Dialogue(
            id: transcript.id, peers: transcript.peers, greeting: reader.greeting, exchanges: reader.exchanges,
            closings: transcript.closings, isCutByTLS: reader.isOpaque, hasGaps: transcript.gaps > 0)
    }

    private var isOpaque: Bool {
        if case .opaque = mode { true } else { false }
    }

    private mutating func finish(at time: UInt64) {
        if isUndecided {
            // Nobody answered: what looks like no command is content or a line of AUTH.
            let line = held.first?.bytes.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") } ?? []
            if SMTPVerb(line: line) == nil { mode = exchanges.last?.message.verb == .data ? .content : .authentication }
            awaiting = []
            releaseHeld()
        }
        endMessage(.none)
        if let reply = assembler.finish(at: time) { answer(reply) }
    }

    // MARK: The server's side

    private mutating func serverSent(_ bytes: ArraySlice<UInt8>, at time: UInt64) {
        guard !isOpaque else { return }
        let (replies, isDoubled) = assembler.append(bytes, at: time)
        if isDoubled { noteDoubledEnd() }
        for reply in replies {
            answer(reply)
            // What was held may be what the next reply answers.
            releaseHeld()
        }
    }

    private mutating func answer(_ reply: ServerReply) {
        if greeting == nil, !isTLS, exchanges.allSatisfy({ $0.reply == nil }) {
            greeting = reply
            if startsEmpty { greeting?.form.insert(.malformed) }
            return
        }
        guard let index = awaiting.popFirst() else { return }
        exchanges[index].reply = reply
        if case .chunk = mode, message == nil, index == exchanges.count - 1, reply.code >= 400 { isChunkRefused = true }
        // Only the last message's reply says what the next bytes are.
        guard awaiting.isEmpty else { return }
        switch (exchanges[index].message.kind, reply.code) {
        case (.command(.data), 300...399): mode = .content
        case (.command(.auth), 300...399), (.authentication, 300...399): mode = .authentication
        default: break
        }
    }

    private mutating func noteDoubledEnd() {
        if let index = exchanges.lastIndex(where: { $0.reply != nil }) {
            exchanges[index].reply?.form.insert(.doubledEnd)
        } else if greeting != nil {
            greeting?.form.insert(.doubledEnd)
        } else {
            startsEmpty = true
        }
    }

    // MARK: The client's side

    private mutating func clientSent(_ bytes: ArraySlice<UInt8>, at time: UInt64) {
        guard !isOpaque else { return }
        takeUnfinishedReply(at: time)
        if isUndecided || !held.isEmpty {
            held.append((bytes, time, true))
        } else {
            read(bytes, at: time)
        }
    }

    /// A client that waited and speaks now took what the server had sent for a whole reply.
    private mutating func takeUnfinishedReply(at time: UInt64) {
        let isGreetingDue = greeting == nil && !isTLS
        if assembler.isPending, awaiting.count + (isGreetingDue ? 1 : 0) <= 1, let reply = assembler.finish(at: time) {
            answer(reply)
        }
    }

    /// Whether the last message's reply decides what the next bytes are, and has not come.
    private var isUndecided: Bool {
        guard !awaiting.isEmpty, let last = exchanges.last else { return false }
        switch last.message.kind {
        case .command(.data), .command(.auth), .authentication: return true
        default: return false
        }
    }

    private mutating func releaseHeld() {
        while !held.isEmpty, !isUndecided {
            let (bytes, time, opensSegment) = held.removeFirst()
            read(bytes, at: time, opensSegment: opensSegment, wasHeld: true)
        }
    }

    private mutating func read(
        _ bytes: ArraySlice<UInt8>, at time: UInt64, opensSegment: Bool = true, wasHeld: Bool = false
    ) {
        var rest = bytes
        var opensSegment = opensSegment
        while let byte = rest.first {
            if isUndecided, message == nil {
                held.insert((rest, time, opensSegment), at: 0)
                return
            }
            if isChunkRefused, message == nil {
                isChunkRefused = false
                if SMTPVerb(command: rest.prefix { $0 != UInt8(ascii: "\n") }) != nil { mode = .commands }
            }
            begin(at: time, opensSegment: opensSegment, wasHeld: wasHeld)
            switch mode {
            case .opaque: return
            case .content: rest = readContent(rest, opensSegment: opensSegment)
            case .chunk(let remaining):
                let part = rest.prefix(remaining)
                for byte in part { _ = content.append(byte, opensSegment: false) }
                rest = rest.dropFirst(part.count)
                mode = .chunk(remaining: remaining - part.count)
                if part.count == remaining { endMessage(.none) }
            case .commands, .authentication:
                rest = rest.dropFirst()
                readLineByte(byte)
            }
            opensSegment = false
        }
    }

    private mutating func begin(at time: UInt64, opensSegment: Bool, wasHeld: Bool) {
        if message != nil {
            if opensSegment { message?.segmentCount += 1 }
            return
        }
        let isGreetingDue = greeting == nil && !isTLS
        message = ClientMessage(
            kind: .unknownCommand, bytes: [], lineEnd: .none,
            isEarly: hasServer && (wasHeld || !awaiting.isEmpty || isGreetingDue), opensSegment: opensSegment,
            time: time)
    }

    private mutating func readLineByte(_ byte: UInt8) {
        guard byte == UInt8(ascii: "\n") else {
            if let count = message?.bytes.count, count < Self.maximumLineBytes { message?.bytes.append(byte) }
            return
        }
        let hasCR = message?.bytes.last == UInt8(ascii: "\r")
        if hasCR { message?.bytes.removeLast() }
        endMessage(hasCR ? .crlf : .lf)
    }

    /// Reads content up to its final dot; returns what follows it.
    private mutating func readContent(_ bytes: ArraySlice<UInt8>, opensSegment: Bool) -> ArraySlice<UInt8> {
        for index in bytes.indices {
            let isFirst = opensSegment && index == bytes.startIndex
            guard content.append(bytes[index], opensSegment: isFirst) else { continue }
            endMessage(.crlf)
            return bytes[(index + 1)...]
        }
        return []
    }

    private mutating func endMessage(_ end: LineEnd) {
        guard var message else { return }
        self.message = nil
        message.lineEnd = end
        var isAnswered = true
        switch mode {
        case .opaque: return
        case .content, .chunk:
            message.isWhole = end != .none
            // A chunk's reply is that to its BDAT.
            if case .chunk(let remaining) = mode {
                isAnswered = false
                message.isWhole = remaining == 0
            }
            message.kind = .content
            message.bytes = content.headers
            message.lineEnd = content.lineEnd
            message.length = content.length
            message.hasLoneDot = content.hasLoneDot
            content = ContentReader()
            mode = .commands
        case .authentication:
            message.kind = .authentication
            message.bytes = []
            mode = .commands
        case .commands:
            message.isWhole = end != .none
            let verb = SMTPVerb(line: message.bytes)
            message.kind = verb.map { .command($0) } ?? .unknownCommand
            if verb == .bdat, let size = Self.chunkSize(message.bytes), size > 0 { mode = .chunk(remaining: size) }
        }
        if isAnswered { awaiting.append(exchanges.count) }
        exchanges.append(Dialogue.Exchange(message: message, reply: nil))
    }

    /// TLS begins, and what follows is not in the record.
    private mutating func beginOpaque(at time: UInt64) {
        guard !isOpaque else { return }
        takeUnfinishedReply(at: time)
        beginTLS(at: time)
        mode = .opaque
    }

    private mutating func beginTLS(at time: UInt64) {
        guard !isTLS else { return }
        isTLS = true
        let message = ClientMessage(kind: .tls, bytes: [], lineEnd: .none, time: time)
        exchanges.append(Dialogue.Exchange(message: message, reply: nil))
    }

    private static func chunkSize(_ line: [UInt8]) -> Int? {
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count > 1 else { return nil }
        return Int(String(decoding: words[1], as: UTF8.self)).flatMap { $0 >= 0 ? $0 : nil }
    }
}
