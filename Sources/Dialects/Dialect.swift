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

        /// A state of its parts.
        public init(name: String, template: MessageTemplate?) {
            self.name = name
            self.template = template
        }
    }

    /// A transition.
    public struct Transition: Sendable, Hashable {
        /// Index of the state that it leaves.
        public let source: Int

        /// The replies that cause it.
        public let replies: ReplyPattern

        /// Index of the state that it enters.
        public let target: Int

        /// A transition of its parts.
        public init(source: Int, replies: ReplyPattern, target: Int) {
            self.source = source
            self.replies = replies
            self.target = target
        }
    }

    /// The dialect's name, unique in its model.
    public let name: String

    /// What kind of program speaks it.
    public let dialectClass: DialectClass

    /// Where the knowledge comes from.
    public let origin: String

    /// The states; the first one is the start.
    public let states: [State]

    /// The transitions.
    public let transitions: [Transition]

    /// States in which the conversation may end after a delivery (Fg).
    public let goodFinals: Set<Int>

    /// States in which it may end without one (Fb).
    public let badFinals: Set<Int>

    /// A dialect of its parts.
    public init(
        name: String, dialectClass: DialectClass, origin: String, states: [State], transitions: [Transition],
        goodFinals: Set<Int>, badFinals: Set<Int>
    ) {
        self.name = name
        self.dialectClass = dialectClass
        self.origin = origin
        self.states = states
        self.transitions = transitions
        self.goodFinals = goodFinals
        self.badFinals = badFinals
    }

    /// States that no path from the start leads to. A sound dialect has none.
    public var unreachableStates: [String] {
        var reached: Set<Int> = [0]
        var queue = [0]
        while let state = queue.popLast() {
            for transition in transitions where transition.source == state {
                if reached.insert(transition.target).inserted { queue.append(transition.target) }
            }
        }
        return states.indices.filter { !reached.contains($0) }.map { states[$0].name }
    }
}
