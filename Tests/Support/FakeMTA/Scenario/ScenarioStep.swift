/// One thing a scenario's client does or expects.
public struct ScenarioStep: Hashable, Sendable {
    /// What it is.
    public enum Action: Hashable, Sendable {
        /// Send a line.
        case send(String)
        /// Send a message's lines and the final dot; the lines are not yet stuffed.
        case message([String])
        /// Take the next reply.
        case expect(Expectation)
        /// Close.
        case drop
    }

    /// What a reply must be, by MTA.
    public struct Expectation: Hashable, Sendable {
        /// One alternative.
        public enum Reply: Hashable, Sendable {
            /// A code and, optionally, a text.
            case reply(code: Int, text: String?)
            /// The end of the connection.
            case closed

            /// Whether a reply meets it.
            public func isMet(by reply: ScenarioReply?) -> Bool {
                switch (self, reply) {
                case (.closed, nil): true
                case (.reply(let code, let text), let reply?):
                    code == reply.code && text.map { ScenarioText.matches(reply.text, pattern: $0) } ?? true
                case (.closed, .some), (.reply, nil): false
                }
            }
        }

        /// What holds unless an MTA is named.
        public var general: Reply
        /// What holds for the MTAs named.
        public var exceptions: [String: Reply] = [:]

        /// What holds for an MTA.
        public func reply(on mta: String) -> Reply { exceptions[mta] ?? general }
    }

    /// What came of a step.
    public struct Outcome: Hashable, Sendable {
        /// The step.
        public var step: ScenarioStep
        /// The reply that was taken, if it was a step that takes one and the server did not close.
        public var reply: ScenarioReply?
    }

    /// The line in the file, from 1.
    public var line: Int
    /// What it is.
    public var action: Action
}
