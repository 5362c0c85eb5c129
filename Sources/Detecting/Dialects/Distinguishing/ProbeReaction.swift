import SMTP

/// What a client may do next after a varied reply: a set of kinds of messages, and whether it may end the session.
///
/// Only kinds are told apart, never wordings, so that what is called different is different.
public struct ProbeReaction: Sendable, Hashable {
    private var bits: UInt16 = 0

    private static let end = TemplateIndex.Slot.allCases.count

    /// No reaction is known.
    public init() {}

    /// Whether nothing is known.
    public var isUnknown: Bool { bits == 0 }

    /// Whether the two can be told apart whatever happens.
    public func isDisjoint(with other: ProbeReaction) -> Bool { bits & other.bits == 0 }

    mutating func insert(_ slot: TemplateIndex.Slot) { bits |= 1 << slot.rawValue }

    mutating func insertEnd() { bits |= 1 << UInt16(Self.end) }

    mutating func formUnion(_ other: ProbeReaction) { bits |= other.bits }

    /// The kinds, as numbers that only this type understands.
    var outcomes: [Int] { (0...Self.end).filter { bits & 1 << UInt16($0) != 0 } }

    /// The kinds in words, separated by commas.
    public var words: String {
        let words = outcomes.map { outcome in
            guard outcome < Self.end else { return "ends" }
            return switch TemplateIndex.Slot(rawValue: UInt8(outcome)) {
            case .helo, .heloAfterAbort: "greets"
            case .mail: "MAIL"
            case .recipient: "RCPT"
            case .data: "DATA"
            case .message: "message"
            case .reset: "RSET"
            case .startTLS: "STARTTLS"
            case .quit: "QUIT"
            case .unknown, .other, nil: "other"
            }
        }
        return words.isEmpty ? "not known" : words.joined(separator: ",")
    }
}
