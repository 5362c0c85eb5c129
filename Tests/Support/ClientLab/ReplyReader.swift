/// Cuts a stream of bytes into SMTP replies, however they arrive.
struct ReplyReader: Sendable {
    private var pending: [UInt8] = []
    private var lines: [String] = []
    private let limit = 1 << 20

    /// Takes bytes as they came.
    mutating func append(_ bytes: [UInt8]) {
        pending += bytes
    }

    /// The next complete reply, or nil when more bytes are needed.
    mutating func next() throws(LabError) -> ServerReply? {
        while let end = pending.firstIndex(of: 10) {
            var line = Array(pending[..<end])
            pending.removeSubrange(...end)
            if line.last == 13 { line.removeLast() }
            let text = String(decoding: line, as: UTF8.self)
            let isDigits = line.count >= 3 && line.prefix(3).allSatisfy { (48...57).contains($0) }
            guard isDigits, line.count == 3 || line[3] == 32 || line[3] == 45, let code = Int(text.prefix(3)) else {
                throw LabError(.malformedReply, "no SMTP reply line: \"\(text)\"")
            }
            lines.append(text)
            if line.count > 3, line[3] == 45 { continue }
            defer { lines = [] }
            return ServerReply(code: code, lines: lines)
        }
        guard pending.count < limit else {
            throw LabError(.malformedReply, "a reply line without end")
        }
        return nil
    }
}
