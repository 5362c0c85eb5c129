/// Cuts the content of messages to a limit, piece by piece; `[CUT]` stands for what is left out. The end of the content is
/// kept.
struct ContentCutter {
    /// The length of CR LF dot CR LF.
    private static let endLength = 5
    private static let mark = Array("[CUT]".utf8)

    private let limit: Int
    /// How much of the content has come.
    private var count = 0
    private var isCutting = false

    init(limit: Int) { self.limit = limit }

    /// A piece with the content in it cut; empty if nothing of it is kept.
    mutating func cut(_ text: SecretRedactor.Text) -> [UInt8] {
        guard !text.contents.isEmpty else { return text.bytes }
        var kept: [UInt8] = []
        kept.reserveCapacity(min(text.bytes.count, limit))
        var index = 0
        for content in text.contents {
            kept += text.bytes[index..<content.range.lowerBound]
            index = content.range.upperBound
            if content.begins {
                count = 0
                isCutting = false
            }
            let range = content.range
            let room = max(0, min(range.count, limit - count))
            skip(range.count)
            kept += text.bytes[range.prefix(room)]
            let isDropping = room < range.count
            let start = range.lowerBound + room
            switch content.end {
            case .open:
                guard isDropping, !isCutting else { continue }
                kept += Self.mark
                isCutting = true
            case .dot:
                if isDropping {
                    // As much of the end as lies in this piece.
                    let end = max(start, range.upperBound - Self.endLength)
                    if start < end || isCutting { kept += Self.mark }
                    kept += text.bytes[end..<range.upperBound]
                }
                isCutting = false
            case .chunk:
                if isDropping, !isCutting { kept += Self.mark }
                isCutting = false
            }
        }
        kept += text.bytes[index...]
        return kept
    }

    /// Bytes of the client are missing, from 0 on.
    mutating func skip(_ missing: Int) {
        let (sum, isTooMuch) = count.addingReportingOverflow(missing)
        count = isTooMuch ? .max : sum
    }
}
