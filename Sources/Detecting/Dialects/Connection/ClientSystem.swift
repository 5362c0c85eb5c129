/// Operating systems that are told apart by their SYN. The raw value is the word in documents.
///
/// The options and their order are those that the systems' own sources and the published descriptions of passive
/// fingerprinting give (pf.os(5) and its descendants); they were written down from there and from captures, and no data base
/// was copied. A system that is not listed is unknown, which says nothing.
public enum ClientSystem: String, Sendable, Hashable, CaseIterable {
    /// Linux since 2.4, Android among it.
    case linux

    /// Windows: 2000 and XP, Vista and later.
    case windows

    /// FreeBSD and what is made of it.
    case freebsd

    /// OpenBSD.
    case openbsd

    /// macOS and iOS.
    case apple

    /// How a SYN of it looks, with timestamps switched on or off.
    var patterns: [(hops: UInt8, options: String)] {
        switch self {
        case .linux: [(64, "mss,sok,ts,nop,ws"), (64, "mss,nop,nop,sok,nop,ws")]
        case .windows:
            [
                (128, "mss,nop,nop,sok"), (128, "mss,nop,ws,nop,nop,sok"), (128, "mss,nop,ws,sok,ts"),
                (128, "mss,nop,ws,nop,nop,ts,nop,nop,sok"),
            ]
        case .freebsd: [(64, "mss,nop,ws,sok,ts"), (64, "mss,nop,ws,sok,eol")]
        case .openbsd: [(64, "mss,nop,nop,sok,nop,ws,nop,nop,ts")]
        case .apple: [(64, "mss,nop,ws,nop,nop,ts,sok,eol"), (64, "mss,nop,ws,sok,eol,eol")]
        }
    }

    /// How a SYN of it looks, as documents write it.
    public var words: [String] { patterns.map { SYNPattern(hops: $0.hops, options: $0.options).description } }

    private static let table: [SYNPattern: ClientSystem] = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { system in
            system.patterns.map { (SYNPattern(hops: $0.hops, options: $0.options), system) }
        })

    /// The system that a SYN is of; `nil` for an unknown one. That the program asks for data in its SYN (TCP Fast Open, RFC
    /// 7413) adds an option behind the system's own.
    public init?(_ pattern: SYNPattern) {
        guard let known = Self.table[pattern] ?? pattern.withoutFastOpen.flatMap({ Self.table[$0] }) else { return nil }
        self = known
    }

    /// Whether a SYN is the system's alone, and nothing of it the program's.
    static func isPlain(_ pattern: SYNPattern) -> Bool { table[pattern] != nil }
}
