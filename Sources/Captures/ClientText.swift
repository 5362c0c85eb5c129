/// What a client sends, read byte by byte: commands, secrets of AUTH, content. Content beyond a limit is cut out.
struct ClientText {
    private enum State {
        /// A command line.
        case command
        /// The answer to a challenge of AUTH.
        case secret
        /// Content after DATA; `matched` bytes of its end have been seen.
        case content(matched: Int)
        /// Content after BDAT, of which so many bytes are left.
        case chunk(left: Int)
    }

    /// The length of CR LF dot CR LF.
    private static let endLength = 5
    /// As much of a command line as is needed to know it.
    private static let headBytes = 32

    private let limit: Int
    private var state = State.command
    private var head: [UInt8] = []
    /// Where in the command line a secret begins: after `AUTH` and the mechanism.
    private var blanks = 0
    private var count = 0
    private var isCutting = false
    /// Whether nothing but DATA was said last.
    private var isAfterData = false

    init(contentLimit: Int) { limit = contentLimit }

    /// Reads a piece; returns what is to be kept of it, empty if that is nothing.
    mutating func write(_ bytes: ArraySlice<UInt8>, _ command: (OutstandingCommands.Command) -> Void) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(min(bytes.count, limit))
        // Where content began to be dropped in this piece.
        var dropped: Int?
        func mark() {
            kept += Array("[CUT]".utf8)
        }
        // Takes over content from `index` on, as far as the limit lets it.
        func takeContent(from index: Int, to end: Int) {
            let room = max(0, min(end - index, limit - count))
            if room > 0 { kept += bytes[index..<index + room] }
            if index + room < end, dropped == nil { dropped = index + room }
            count += end - index
        }
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            switch state {
            case .command:
                kept.append(isSecret(byte) ? UInt8(ascii: "x") : byte)
                readCommand(byte, command)
                index += 1
            case .secret:
                kept.append(Self.isBase64(byte) ? UInt8(ascii: "x") : byte)
                if byte == 0x0a { state = .command }
                index += 1
            case .content(0) where byte != 0x0d:
                let end = bytes[index...].firstIndex(of: 0x0d) ?? bytes.endIndex
                takeContent(from: index, to: end)
                index = end
            case .content(let matched):
                takeContent(from: index, to: index + 1)
                let now = Self.advance(matched, byte)
                state = .content(matched: now)
                index += 1
                guard now == Self.endLength else { continue }
                if let start = dropped {
                    // The end of the content is kept, as much of it as lies in this piece.
                    let end = max(bytes.startIndex, index - Self.endLength)
                    if start < end || isCutting { mark() }
                    kept += bytes[max(start, end)..<index]
                }
                dropped = nil
                isCutting = false
                isAfterData = false
                state = .command
                command(.other)
            case .chunk(let left):
                let end = min(bytes.endIndex, index + min(left, bytes.count))
                takeContent(from: index, to: end)
                let rest = left - (end - index)
                index = end
                state = .chunk(left: rest)
                guard rest == 0 else { continue }
                if dropped != nil, !isCutting { mark() }
                dropped = nil
                isCutting = false
                state = .command
            }
        }
        if dropped != nil, !isCutting {
            mark()
            isCutting = true
        }
        return kept
    }

    /// Bytes are missing.
    mutating func skip(_ missing: Int) {
        switch state {
        case .command, .secret:
            // What comes next is the rest of some line.
            head = Array("?".utf8)
            blanks = 0
            state = .command
        case .content:
            count += missing
            state = .content(matched: 0)
        case .chunk(let left):
            count += missing
            state = missing < left ? .chunk(left: left - missing) : .command
        }
    }

    /// The server wants an answer to its challenge.
    mutating func expectSecret() {
        if case .command = state { state = .secret }
    }

    /// The server wants the content, if that was not known before.
    mutating func beginContent() {
        guard case .command = state, head.isEmpty, isAfterData else { return }
        state = .content(matched: 2)
        count = 0
        isCutting = false
    }

    /// The server did not want the content, or saw an end in it.
    mutating func endContent() {
        guard case .content = state else { return }
        state = .command
        isCutting = false
        head = []
    }

    private mutating func readCommand(_ byte: UInt8, _ command: (OutstandingCommands.Command) -> Void) {
        guard byte == 0x0a else {
            if head.count < Self.headBytes { head.append(byte) }
            if byte == 0x20 || byte == 0x09 { blanks += 1 }
            return
        }
        let words = head.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d })
        let verb = words.first.map { $0.map { $0 & 0xdf } } ?? []
        head = []
        blanks = 0
        isAfterData = verb == Array("DATA".utf8)
        switch verb {
        case Array("DATA".utf8):
            command(.data)
            // The content may follow at once; the reply says whether it is content.
            state = .content(matched: 2)
            count = 0
            isCutting = false
        case Array("BDAT".utf8):
            command(.other)
            guard words.count > 1, let size = Int(String(decoding: words[1], as: UTF8.self)), size > 0 else { return }
            state = .chunk(left: size)
            count = 0
            isCutting = false
        case Array("STARTTLS".utf8): command(.startTLS)
        case Array("AUTH".utf8): command(.auth)
        default: command(.other)
        }
    }

    /// Whether a byte of a command line is part of the secret that may follow `AUTH` and the mechanism.
    private func isSecret(_ byte: UInt8) -> Bool {
        guard blanks >= 2, Self.isBase64(byte), head.count > 5 else { return false }
        return head.prefix(5).map { $0 & 0xdf } == [0x41, 0x55, 0x54, 0x48, 0x00]
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2b, 0x2f: true
        default: false
        }
    }

    /// How much of CR LF dot CR LF is matched after one more byte.
    private static func advance(_ matched: Int, _ byte: UInt8) -> Int {
        switch (matched, byte) {
        case (1, 0x0a), (2, 0x2e), (3, 0x0d), (4, 0x0a): matched + 1
        case (_, 0x0d): 1
        default: 0
        }
    }
}
