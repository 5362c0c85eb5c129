public import Dialects
public import SMTP

/// Learns one dialect from conversations (B@bel, section 3.2): conversations in, a machine out.
///
/// A conversation becomes a sequence of replies and message templates; all of them make a prefix tree, and equal states of
/// the tree are merged (``StateMerging`` says when). What is learned depends on which conversations were seen how often,
/// not on their order, and learning from more later gives what learning from all at once gives, since the dialect keeps
/// its traces as notes.
public struct DialectLearner {
    /// The dialect's name.
    public let name: String

    /// What kind of program speaks it.
    public var dialectClass: DialectClass

    /// Where the knowledge comes from: all sources in order.
    public var origin: String { origins.sorted().joined(separator: Self.separator) }

    private var origins: Set<String>

    /// What stands between two sources.
    private static let separator = "; "

    /// What was seen, and how often.
    public private(set) var traces: [Trace: Int] = [:]

    /// What is known of the program beside what it says.
    public var connection = ConnectionTraits()

    /// The most different conversations that are kept; further new ones are skipped.
    public static let maximumTraces = 20_000

    /// How many conversations were skipped: without messages, with gaps, or too many.
    public private(set) var skipped = 0

    /// A learner that has seen nothing.
    public init(name: String, dialectClass: DialectClass, origin: String) {
        self.name = name
        self.dialectClass = dialectClass
        origins = Set(origin.split(separator: Self.separator).map(String.init))
    }

    /// A learner that continues where `dialect` was left.
    public init(continuing dialect: Dialect) throws(LearningError) {
        self.init(name: dialect.name, dialectClass: dialect.dialectClass, origin: dialect.origin)
        guard !dialect.evidence.isEmpty else { throw .noEvidence(dialect: dialect.name) }
        traces = try TraceText.traces(from: dialect)
        connection = dialect.connection
    }

    /// How many conversations it has learned from.
    public var conversations: Int { traces.values.reduce(0, +) }

    /// Learns from a conversation.
    public mutating func learn(_ dialogue: Dialogue) {
        guard let trace = Trace(dialogue) else {
            skipped += 1
            return
        }
        learn(trace, count: 1)
    }

    /// Learns from what a conversation showed, seen `count` times.
    public mutating func learn(_ trace: Trace, count: Int) {
        guard traces[trace] != nil || traces.count < Self.maximumTraces else {
            skipped += 1
            return
        }
        traces[trace, default: 0] += count
    }

    /// Learns what somebody wrote down, beside what was recorded: see ``Trace/traces(of:)``.
    public mutating func learn(facts: Dialect) {
        for (trace, count) in Trace.traces(of: facts) { learn(trace, count: count) }
        settle(facts.dialectClass, facts.origin)
        connection.merge(facts.connection)
    }

    /// Takes in a source's word for the program, whatever the order of sources.
    mutating func settle(_ dialectClass: DialectClass, _ origin: String) {
        let order = DialectClass.allCases
        if let new = order.firstIndex(of: dialectClass), let old = order.firstIndex(of: self.dialectClass), new < old {
            self.dialectClass = dialectClass
        }
        origins.formUnion(origin.split(separator: Self.separator).map(String.init))
    }

    /// The dialect that the conversations show.
    ///
    /// Complexity: see ``StateMerging``; seconds for some thousand different conversations.
    ///
    /// - Parameter keepingNotes: whether it keeps its traces, so that learning can go on later.
    /// - Throws: ``LearningError/tooLarge(problem:)`` when nothing was learned from.
    public func dialect(keepingNotes: Bool = true) throws(LearningError) -> Dialect {
        guard !traces.isEmpty else {
            throw .tooLarge(problem: "dialect \(name) has no conversation to learn from: use recordings with messages")
        }
        var counts: [String: Int] = [:]
        for (trace, count) in traces {
            for step in trace.steps { counts[step.text, default: 0] += count }
        }
        let composes =
            switch dialectClass {
            case .mua, .tool, .bot, .attack: true
            case .mta, .library: false
            }
        let tree = PrefixTree(traces, alphabet: TemplateAlphabet(counts, composes: composes))
        let machine = try LearnedMachine(tree, states: StateMerging.states(of: tree))
        let offers = Set(traces.keys.compactMap(\.offer)).sorted { $0.lexicographicallyPrecedes($1) }
        return Dialect(
            name: name, dialectClass: dialectClass, origin: origin, offers: offers, states: machine.states,
            transitions: machine.transitions, finals: machine.finals, connection: connection.bounded,
            evidence: keepingNotes ? TraceText.lines(for: traces, offers: offers) : [])
    }
}
