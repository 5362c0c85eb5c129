public import SMTP

/// How one SMTP engine speaks: a state machine over server replies (B@bel, section 3.1).
///
/// A state carries the template of the message that the client sends on entering it; a transition carries the replies
/// that cause it. The machine may be non-deterministic. State 0 is the open connection before the greeting.
public struct Dialect: Sendable, Hashable {
    /// A state.
    public struct State: Sendable, Hashable {
        /// The state's name, unique in its dialect.
        public let name: String

        /// What the client sends on entering it; `nil` for the start only.
        public let template: MessageTemplate?

        /// How it is sent, where that was seen.
        public var marks: WireMarks

        /// A state of its parts.
        public init(name: String, template: MessageTemplate?, marks: WireMarks = WireMarks()) {
            self.name = name
            self.template = template
            self.marks = marks
        }
    }

    /// A transition.
    public struct Transition: Sendable, Hashable {
        /// How often it was seen; 0 when nobody counted.
        public let count: Int

        /// The replies that cause it.
        public let replies: ReplyPattern

        private let sourceNumber: UInt32
        private let targetNumber: UInt32

        /// Index of the state that it leaves.
        public var source: Int { Int(sourceNumber) }

        /// Index of the state that it enters.
        public var target: Int { Int(targetNumber) }

        /// A transition of its parts; the states' indices must be below 2³².
        public init(source: Int, replies: ReplyPattern, target: Int, count: Int = 0) {
            sourceNumber = UInt32(clamping: source)
            self.replies = replies
            targetNumber = UInt32(clamping: target)
            self.count = count
        }

        /// Hashes what tells most transitions apart.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(UInt64(sourceNumber) << 32 | UInt64(targetNumber))
            hasher.combine(count)
        }
    }

    /// A way in which conversations end (Fg and Fb of the paper).
    public struct Final: Sendable, Hashable {
        /// Who ends the connection, and how.
        public enum Manner: String, Sendable, Hashable, CaseIterable {
            /// The client has no more to send.
            case fin

            /// The client breaks off.
            case rst

            /// The client is silent until the server or the observer gives up.
            case hang

            /// The server closes before the client does.
            case server
        }

        /// Index of the state: the last message.
        public let state: Int

        /// Whether a message was delivered before.
        public let isGood: Bool

        /// The replies to that last message after which it ends; `nil` when nobody told them apart.
        public let replies: ReplyPattern?

        /// How often it ended so; 0 when nobody counted.
        public let count: Int

        /// How often the connection was ended how.
        public let manners: [Manner: Int]

        /// An ending of its parts.
        public init(
            state: Int, isGood: Bool, replies: ReplyPattern? = nil, count: Int = 0, manners: [Manner: Int] = [:]
        ) {
            self.state = state
            self.isGood = isGood
            self.replies = replies
            self.count = count
            self.manners = manners
        }
    }

    /// The dialect's name, unique in its model.
    public let name: String

    /// What kind of program speaks it.
    public let dialectClass: DialectClass

    /// Where the knowledge comes from.
    public let origin: String

    /// What the servers offered in their answer to EHLO when the dialect was recorded: lists of keywords, sorted.
    public let offers: [[String]]

    /// The states; the first one is the start.
    public let states: [State]

    /// The transitions.
    public let transitions: [Transition]

    /// The ways in which conversations end.
    public let finals: [Final]

    /// What is known of the program beside what it says.
    public let connection: ConnectionTraits

    /// What a learner needs to go on learning, as lines that it wrote itself. Nothing else reads them.
    public let evidence: [String]

    /// A dialect of its parts.
    public init(
        name: String, dialectClass: DialectClass, origin: String, offers: [[String]] = [], states: [State],
        transitions: [Transition], finals: [Final], connection: ConnectionTraits = ConnectionTraits(),
        evidence: [String] = []
    ) {
        self.name = name
        self.dialectClass = dialectClass
        self.origin = origin
        self.offers = offers
        self.states = states
        self.transitions = transitions
        self.finals = finals
        self.connection = connection
        self.evidence = evidence
    }

    /// States in which the conversation may end after a delivery (Fg).
    public var goodFinals: Set<Int> { Set(finals.filter(\.isGood).map(\.state)) }

    /// States in which it may end without one (Fb).
    public var badFinals: Set<Int> { Set(finals.filter { !$0.isGood }.map(\.state)) }

    /// The dialect under another name, class or origin, with its evidence or without.
    public func renamed(
        _ name: String? = nil, dialectClass: DialectClass? = nil, origin: String? = nil, keepingEvidence: Bool = true
    ) -> Dialect {
        Dialect(
            name: name ?? self.name, dialectClass: dialectClass ?? self.dialectClass, origin: origin ?? self.origin,
            offers: offers, states: states, transitions: transitions, finals: finals, connection: connection,
            evidence: keepingEvidence ? evidence : [])
    }

    /// The dialect with what else is known of its program beside what it says.
    public func adding(_ connection: ConnectionTraits) -> Dialect {
        guard !connection.isEmpty else { return self }
        var traits = self.connection
        traits.merge(connection)
        return Dialect(
            name: name, dialectClass: dialectClass, origin: origin, offers: offers, states: states,
            transitions: transitions, finals: finals, connection: traits.bounded, evidence: evidence)
    }

    /// States that no path from the start leads to. A sound dialect has none.
    public var unreachableStates: [String] {
        var targets = [[Int]](repeating: [], count: states.count)
        for transition in transitions { targets[transition.source].append(transition.target) }
        var isReached = [Bool](repeating: false, count: states.count)
        var queue = [0]
        while let state = queue.popLast() {
            guard !isReached[state] else { continue }
            isReached[state] = true
            queue += targets[state]
        }
        return states.indices.filter { !isReached[$0] }.map { states[$0].name }
    }
}

extension Dialect {
    /// What the client does next, having sent the message of `state` and been told `reply`.
    public struct Reactions: Sendable, Hashable {
        /// The transitions that it may take.
        public var transitions: [Transition] = []

        /// The ways in which it may end the conversation.
        public var finals: [Final] = []
    }

    /// What the client does next, having sent the message of `state` and been told `reply`: what the patterns say that
    /// name the reply most closely (``ReplyPattern/closeness(to:)``). Endings without replies may come after any.
    ///
    /// Complexity: O(number of transitions and endings).
    public func reactions(of state: Int, to reply: ReplySymbol) -> Reactions {
        let ways = transitions.filter { $0.source == state }.map { ($0, $0.replies.closeness(to: reply) ?? 0) }
        let ends = finals.filter { $0.state == state }.map { ($0, $0.replies.map { $0.closeness(to: reply) ?? 0 }) }
        let closest = max(ways.map(\.1).max() ?? 0, ends.compactMap(\.1).max() ?? 0)
        return Reactions(
            transitions: closest > 0 ? ways.filter { $0.1 == closest }.map(\.0) : [],
            finals: ends.filter { $0.1 == nil || (closest > 0 && $0.1 == closest) }.map(\.0))
    }
}
