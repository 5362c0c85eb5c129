private import Glibc
public import Judgements

/// What a source has said of the senders, and how far it is believed.
public struct SourceReading: Sendable {
    /// How much of a sender's mail a source calls spam.
    enum Share: Int, CaseIterable {
        case none
        /// Less than a twentieth: a filter's slips.
        case some
        case much

        init(spam: Int, of messages: Int) {
            self = spam == 0 ? .none : spam * 20 < messages ? .some : .much
        }
    }

    /// The source.
    public let source: JudgementSource

    /// How many messages it has called spam, without those of which somebody of better rank says the opposite.
    public internal(set) var spamMessages = 0

    /// How many it has called honest.
    public internal(set) var honestMessages = 0

    /// How many senders it has called spam.
    public internal(set) var spamSenders = 0

    /// Why the source is left out; `nil` when it is believed.
    public internal(set) var astray: String?

    /// For each sender what the source says of it.
    let shares: [Share]

    /// For each class of senders how likely each share is: learned for spam, taken from the source's rank for honest.
    private var spamChances: [Double]
    private let honestChances: [Double]

    /// The share of honest senders that a source of rank may slip on altogether, and on single messages.
    private static func doubt(_ source: JudgementSource) -> (much: Double, some: Double) {
        switch source.rank {
        case 1, 2: (0.001, 0.02)
        case 3: (0.001, 0.02)
        default: (0.02, 0.05)
        }
    }

    init(_ source: JudgementSource, _ set: TrainingSet) {
        self.source = source
        var spam = Array(repeating: 0, count: set.senders.count)
        for message in set.messages {
            switch message.judgements[source] {
            case .spam:
                guard !message.isOverruled(source) else { continue }
                spam[message.sender] += 1
                spamMessages += 1
            case .honest: honestMessages += 1
            case nil: break
            }
        }
        shares = zip(spam, set.senders).map { Share(spam: $0, of: $1.messages) }
        spamSenders = shares.count { $0 == .much }
        let doubt = Self.doubt(source)
        honestChances = [1 - doubt.much - doubt.some, doubt.some, doubt.much]
        spamChances = [0.7, 0.02, 0.28]
    }

    /// What the source's word adds to the logarithm of the odds that the sender is honest.
    func evidence(ofSender sender: Int) -> Double {
        guard astray == nil else { return 0 }
        let share = shares[sender].rawValue
        return log(honestChances[share] / spamChances[share])
    }

    /// Learns how much of the spam the source finds, from how likely each sender is honest (Dawid & Skene 1979, with the
    /// honest side held by the source's rank).
    mutating func learn(honesty: [Double]) {
        var counts = [1, 0.1, 0.5]
        for (share, honest) in zip(shares, honesty) { counts[share.rawValue] += 1 - honest }
        let sum = counts.reduce(0, +)
        spamChances = counts.map { $0 / sum }
    }

    /// The share of spam senders that the source finds, as learned.
    public var recall: Double { spamChances[Share.much.rawValue] }

    /// Leaves the source out when it calls spam what comes back day after day.
    ///
    /// Senders that were there on most days are almost all honest, whatever else is: a source that calls more than a third of
    /// them spam has gone astray, or hears about something else than spam.
    mutating func examine(_ set: TrainingSet) {
        let least = max(3, (set.span + 1) / 2)
        let steady = set.senders.indices.filter { set.senders[$0].days >= least }
        let called = steady.count { shares[$0] == .much }
        guard steady.count >= Self.fewestSteady, called * 3 > steady.count else { return }
        astray =
            "it calls \(called) of the \(steady.count) senders spam that were there on \(least) days or more: "
            + "check what feeds it"
    }

    private static let fewestSteady = 8
}
