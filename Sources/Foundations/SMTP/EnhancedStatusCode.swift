/// An enhanced mail system status code such as `5.1.1` (RFC 3463).
public struct EnhancedStatusCode: Hashable, Sendable, CustomStringConvertible {
    /// The class digit: 2 success, 4 persistent transient failure, 5 permanent failure.
    public let statusClass: UInt8

    /// The subject, 0...999.
    public let subject: UInt16

    /// The detail, 0...999.
    public let detail: UInt16

    /// A code of its three parts, or `nil` when one of them is out of range.
    public init?(_ statusClass: Int, _ subject: Int, _ detail: Int) {
        guard [2, 4, 5].contains(statusClass), 0...999 ~= subject, 0...999 ~= detail else { return nil }
        self.statusClass = UInt8(statusClass)
        self.subject = UInt16(subject)
        self.detail = UInt16(detail)
    }

    /// The code spelled `class.subject.detail`, or `nil` when `text` is anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 1,
            parts.allSatisfy({ $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } && $0.utf8.count <= 3 }),
            let statusClass = Int(parts[0]), let subject = Int(parts[1]), let detail = Int(parts[2])
        else { return nil }
        self.init(statusClass, subject, detail)
    }

    /// The code as it stands in a reply.
    public var description: String { "\(statusClass).\(subject).\(detail)" }
}
