/// An observation that counts against a client: one row of the table of reasons.
///
/// What a signal is called, who makes it, how much it weighs and what it says to a reader stands in its row in
/// `Signal+Table.swift` and nowhere else: log words, the journal, `argot explain`, `argot report` and the documents are
/// made from it. A detector that is not Argot's own brings rows of its own.
public struct Signal: Sendable {
    /// How much an observation weighs by itself.
    public enum Strength: Sendable, Hashable {
        /// Nothing without a second detector that agrees.
        case weak

        /// Enough to greylist.
        case strong

        /// Enough to greylist, whatever exemptions a stranger can claim or earn; with a second detector that agrees, the
        /// certain action.
        case hostile
    }

    /// A row is never changed and handed about a lot, so everybody has the same one.
    private final class Row: Sendable {
        let word: String
        let detector: Detector
        let strength: Strength
        let confirms: Bool
        let sentence: String
        let rank: Int

        init(_ word: String, _ detector: Detector, _ strength: Strength, _ confirms: Bool, _ rank: Int, _ text: String)
        {
            self.word = word
            self.detector = detector
            self.strength = strength
            self.confirms = confirms
            self.rank = rank
            sentence = text
        }
    }

    private let row: Row

    /// The word used in logs and reports: the detector's, a dot, and what was seen.
    public var word: String { row.word }

    /// The detector that makes the observation.
    public var detector: Detector { row.detector }

    /// How much it weighs by itself.
    public var strength: Strength { row.strength }

    /// Whether the observation can confirm another one for a rejection. What some honest hosts cannot help showing does
    /// not, nor does the score of the client's targets: that learns from traps.
    public var confirms: Bool { row.confirms }

    /// What it says, as a sentence about the client ("it ...").
    public var sentence: String { row.sentence }

    /// Its place in a list of reasons: the most telling come first.
    public var rank: Int { row.rank }

    /// A row of the table. `rank` puts it between Argot's own, which have tens from 10 on.
    public init(
        _ word: String, _ detector: Detector, _ strength: Strength, confirms: Bool = true, rank: Int, _ sentence: String
    ) {
        row = Row(word, detector, strength, confirms, rank, sentence)
    }

    /// Whether it is a hostile engine's dialect or a trap: what no exemption that a stranger can earn overrides.
    public var isHostile: Bool { strength == .hostile }

    /// Whether the observation alone makes a client suspicious. The others need a second detector.
    public var isStrong: Bool { strength != .weak }
}

extension Signal: Hashable, Comparable, CustomStringConvertible {
    /// Signals are the same when their words are.
    public static func == (left: Signal, right: Signal) -> Bool {
        left.row === right.row || left.rank == right.rank && left.word == right.word
    }

    /// Hashes the word.
    public func hash(into hasher: inout Hasher) { hasher.combine(word) }

    /// The more telling comes first.
    public static func < (left: Signal, right: Signal) -> Bool {
        left.rank == right.rank ? left.word < right.word : left.rank < right.rank
    }

    /// The word.
    public var description: String { word }
}
