/// A source of evidence, by its name and what it looks at. Two signals of one detector are one piece of evidence.
public struct Detector: Sendable, Hashable, CustomStringConvertible {
    /// What of a session a detector looks at.
    public struct Aspects: OptionSet, Sendable, Hashable {
        /// The set's bits.
        public let rawValue: UInt16

        /// A set of the given bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// How commands follow each other and are spelled.
        public static let speech = Aspects(rawValue: 1)
        /// What the client calls itself.
        public static let helo = Aspects(rawValue: 2)
        /// What the name service says of its address.
        public static let name = Aspects(rawValue: 4)
        /// The message's headers.
        public static let headers = Aspects(rawValue: 8)
        /// Whether recipients exist.
        public static let unknownRecipients = Aspects(rawValue: 16)
        /// Whether recipients are traps.
        public static let traps = Aspects(rawValue: 32)
        /// The recipients' domains.
        public static let targets = Aspects(rawValue: 64)
        /// The administrator's lists.
        public static let lists = Aspects(rawValue: 128)
        /// The hello of its TLS library and the SYN of its host's system.
        public static let connection = Aspects(rawValue: 256)
        /// Something else, which no detector of Argot's own looks at.
        public static let other = Aspects(rawValue: 1 << 15)
    }

    /// The name used in logs: the first part of its signals' words.
    public let word: String

    /// What it looks at.
    public let aspects: Aspects

    /// A detector by its name and what it looks at.
    public init(_ word: String, looksAt aspects: Aspects) {
        self.word = word
        self.aspects = aspects
    }

    /// The word.
    public var description: String { word }

    /// Whether the two detectors look at different things. The dialect machine reads HELO too; the envelope is HELO,
    /// names and headers; a claim is held against dialect, HELO and names: none of them confirms another.
    public func isIndependent(of other: Detector) -> Bool {
        word != other.word && aspects.isDisjoint(with: other.aspects)
    }
}
