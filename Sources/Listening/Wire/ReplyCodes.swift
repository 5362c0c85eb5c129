/// Finds the codes of replies in what a server says; of a reply of several lines the last line counts.
struct ReplyCodes: Sendable {
    private var head: [UInt8] = []

    /// Reads bytes as they come, in pieces of any size; returns the codes of the replies that end in them.
    mutating func read(_ bytes: ArraySlice<UInt8>) -> [Int] {
        var codes: [Int] = []
        for byte in bytes {
            if byte == 0x0a {
                if let code { codes.append(code) }
                head.removeAll(keepingCapacity: true)
            } else if head.count < 4 {
                head.append(byte)
            }
        }
        return codes
    }

    /// Bytes are missing: what comes next may be the rest of a line, or a reply.
    mutating func skip() { head.removeAll(keepingCapacity: true) }

    private var code: Int? {
        guard head.count >= 3, head[..<3].allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        guard head.count < 4 || head[3] != UInt8(ascii: "-") else { return nil }
        return head[..<3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
