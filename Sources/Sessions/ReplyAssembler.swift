import SMTP

/// Takes a server's bytes apart into replies, odd ones included. Event in, complete replies out.
struct ReplyAssembler {
    private var lines: [UInt8] = []
    private var codes: [UInt16] = []
    private var form: ServerReply.Form = []
    private var line: [UInt8] = []
    private var endsInCR = false

    /// The longest reply that is kept; what comes beyond is dropped until its end.
    static let maximumBytes = 64 * 1_024

    /// Whether a reply has begun that has no end yet.
    var isPending: Bool { !lines.isEmpty || !line.isEmpty || endsInCR }

    /// Takes in bytes sent at `time`; returns the replies that they complete. An empty line after a complete reply is
    /// handed back as `isDoubled`: it belongs to the reply before.
    mutating func append(_ bytes: some Collection<UInt8>, at time: UInt64) -> (replies: [ServerReply], isDoubled: Bool)
    {
        var replies: [ServerReply] = []
        var isDoubled = false
        func take(_ end: LineEnd) {
            if line.isEmpty, lines.isEmpty, end != .none {
                if replies.isEmpty { isDoubled = true } else { replies[replies.count - 1].form.insert(.doubledEnd) }
                return
            }
            if let reply = finishLine(end, at: time) { replies.append(reply) }
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
        return (replies, isDoubled)
    }

    /// The client has spoken, or the connection is over: what has come of a reply is all there is.
    mutating func finish(at time: UInt64) -> ServerReply? {
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
        codes.append(isWellFormed ? line.prefix(3).reduce(0) { $0 * 10 + UInt16($1 - 0x30) } : 0)
        if !isWellFormed { form.insert(.malformed) }
        lines += line
        switch end {
        case .crlf: lines += [0x0d, 0x0a]
        case .lf:
            lines.append(0x0a)
            form.insert(.bareLF)
        case .cr:
            lines.append(0x0d)
            form.insert(.bareCR)
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
        defer { self = ReplyAssembler() }
        return ServerReply(bytes: lines, codes: codes, form: form, time: time)
    }
}
