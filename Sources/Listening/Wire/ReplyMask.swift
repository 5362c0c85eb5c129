/// Takes out of a server's replies what may be an echo of a secret: some servers quote the command that they refuse.
/// Codes, enhanced codes and line ends stay.
struct ReplyMask: Sendable {
    /// How much is to be masked.
    enum Level: Sendable {
        case nothing
        /// Refusals, and what belongs to a login. (421 answers nothing that was said.)
        case refusals
        case everything
    }

    /// The beginning of the line that is being read: code, separator, enhanced code.
    private var head: [UInt8] = []
    private var isPastHead = false
    private var isMasked = false

    /// Bytes are missing: what comes next may be the rest of a line, or a reply.
    mutating func lose() { self = ReplyMask() }

    /// Masks a part of one line, its end included.
    mutating func write(_ part: ArraySlice<UInt8>, _ level: Level, to output: inout [UInt8]) {
        var rest = part
        while !isPastHead, let byte = rest.first {
            guard Self.continues(head, byte) else {
                isPastHead = true
                break
            }
            head.append(byte)
            output.append(byte)
            rest = rest.dropFirst()
        }
        if isPastHead {
            // A line that was to be masked when it began stays so.
            isMasked = isMasked || isSecret(level)
            if isMasked { SecretMask.append(rest, to: &output) } else { output += rest }
        }
        if part.last == UInt8(ascii: "\n") { self = ReplyMask() }
    }

    private func isSecret(_ level: Level) -> Bool {
        switch level {
        case .nothing: return false
        case .everything: return true
        case .refusals:
            guard head.count >= 3 else { return true }
            if head.starts(with: "421".utf8) { return false }
            return head[0] >= UInt8(ascii: "4") || head.starts(with: "334".utf8) || head.starts(with: "235".utf8)
        }
    }

    /// Whether a byte goes on with `250 2.1.5 ` after what has come.
    private static func continues(_ head: [UInt8], _ byte: UInt8) -> Bool {
        let isDigit = 0x30...0x39 ~= byte
        switch head.count {
        case 0..<3: return isDigit
        case 3: return byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-")
        case 4: return byte == UInt8(ascii: "2") || byte == UInt8(ascii: "4") || byte == UInt8(ascii: "5")
        case 5: return byte == UInt8(ascii: ".")
        case 6..<14:
            let status = head[4...]
            if byte == UInt8(ascii: ".") { return status.count { $0 == byte } < 2 && status.last != byte }
            if byte == UInt8(ascii: " ") { return status.count { $0 == UInt8(ascii: ".") } == 2 && status.last != 0x20 }
            return isDigit && status.last != 0x20 && status.reversed().prefix(while: { $0 != 0x2e }).count < 3
        default: return false
        }
    }
}
