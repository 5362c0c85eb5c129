import SMTP

/// Takes a server's bytes apart into replies, odd ones included. Pieces of any size in, complete replies out.
struct ReplyReader: Sendable {
    /// What a server's lines make up.
    enum Outcome: Sendable, Hashable {
        /// A complete reply.
        case reply(ServerReply)
        /// An empty line where a reply is due.
        case emptyLine
    }

    private var lines: [UInt8] = []
    private var codes: [UInt16] = []
    private var form: ServerReply.Form = []
    private var line: [UInt8] = []
    private var endsInCR = false

    /// The longest reply that is kept; what comes beyond is dropped until its end.
    private static let maximumBytes = 64 * 1_024

    /// Whether a reply has begun that has no end yet.
    var isPending: Bool { !lines.isEmpty || !line.isEmpty || endsInCR }

    /// Takes in bytes sent at `time`; returns what they complete. O(number of bytes).
    mutating func read(_ bytes: ArraySlice<UInt8>, at time: UInt64) -> [Outcome] {
        var outcomes: [Outcome] = []
        func take(_ end: LineEnd) {
            if line.isEmpty, lines.isEmpty {
                outcomes.append(.emptyLine)
            } else if let reply = finishLine(end, at: time) {
                outcomes.append(.reply(reply))
            }
        }
        for byte in bytes {
            if endsInCR {
                endsInCR = false
                if byte == UInt8(ascii: "\n") {
                    take(.crlf)
                    continue
                }
                take(.cr)
            }
            switch byte {
            case UInt8(ascii: "\r"): endsInCR = true
            case UInt8(ascii: "\n"): take(.lf)
            default: if lines.count + line.count < Self.maximumBytes { line.append(byte) }
            }
        }
        return outcomes
    }

    /// The client has spoken, or the connection is over: what has come of a reply is all there is.
    mutating func end(at time: UInt64) -> ServerReply? {
        let end: LineEnd = endsInCR ? .cr : .none
        endsInCR = false
        if line.isEmpty, lines.isEmpty { return nil }
        if !line.isEmpty, let reply = finishLine(end, at: time) { return reply }
        form.insert(.malformed)
        return complete(at: time)
    }

    private mutating func finishLine(_ end: LineEnd, at time: UInt64) -> ServerReply? {
        let digits = line.prefix(3).filter { 0x30...0x39 ~= $0 }.count
        let separator = line.count > 3 ? line[3] : nil
        let isWellFormed = digits == 3 && (separator == nil || separator == 0x20 || separator == 0x2d)
        let code = isWellFormed ? line.prefix(3).reduce(0) { $0 * 10 + UInt16($1 - 0x30) } : 0
        if !isWellFormed { form.insert(.malformed) }
        if lines.count < Self.maximumBytes {
            codes.append(code)
            lines += line
            if end == .crlf || end == .cr { lines.append(0x0d) }
            if end == .crlf || end == .lf { lines.append(0x0a) }
        }
        switch end {
        case .crlf: break
        case .lf: form.insert(.bareLF)
        case .cr: form.insert(.bareCR)
        case .none: form.insert(.unterminated)
        }
        if line.count == 3, isWellFormed { form.insert(.codeOnly) }
        line.removeAll(keepingCapacity: true)
        guard isWellFormed, separator != 0x2d else { return nil }
        return complete(at: time)
    }

    private mutating func complete(at time: UInt64) -> ServerReply {
        if codes.count > 1 { form.insert(.multiLine) }
        if Set(codes.filter { $0 != 0 }).count > 1 { form.insert(.mixedCodes) }
        defer { self = ReplyReader() }
        return ServerReply(bytes: lines, codes: codes, form: form, time: time)
    }
}
