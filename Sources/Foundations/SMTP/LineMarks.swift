/// How a command line was sent, where a tap of the network tells it beside what a filter is handed. Without marks: ended by
/// CR LF, sent after the reply to the line before, in a segment of its own; or nothing is told.
public struct LineMarks: OptionSet, Sendable, Hashable {
    /// The set's bits.
    public let rawValue: UInt8

    /// A set of the given bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It did not end in CR LF.
    public static let wrongEnd = LineMarks(rawValue: 1)

    /// It shares a segment with what came before.
    public static let joined = LineMarks(rawValue: 2)

    /// It was sent before the server's first words.
    public static let beforeGreeting = LineMarks(rawValue: 4)

    /// It was sent before the reply to the line before, and the server had not offered PIPELINING.
    public static let early = LineMarks(rawValue: 8)

    /// It was sent before the reply to the line before, which the server had offered (RFC 2920).
    public static let earlyOffered = LineMarks(rawValue: 16)

    private static let table: [(LineMarks, String)] = [
        (.wrongEnd, "wrong-end"), (.joined, "joined"), (.beforeGreeting, "before-greeting"), (.early, "early"),
        (.earlyOffered, "early-offered"),
    ]

    /// The marks as transcripts have them.
    public var words: [String] { Self.table.filter { contains($0.0) }.map(\.1) }

    /// The marks of words; unknown ones are passed over.
    public init(words: some Sequence<some Collection<UInt8>>) {
        self = []
        for word in words {
            for (mark, name) in Self.table where word.elementsEqual(name.utf8) { insert(mark) }
        }
    }
}
