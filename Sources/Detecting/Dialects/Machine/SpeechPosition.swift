/// Where one dialect's machine can be.
package struct SpeechPosition: Hashable, Comparable, Sendable {
    /// The dialect's number in its model.
    package var dialect: Int

    /// The dialect's state.
    var state: Int

    /// Whether MAIL was accepted and its transaction is not over: RSET shows only then.
    var inTransaction: Bool

    /// Whether the last greeting was EHLO; kept only where the vantage tells.
    var isExtended: Bool?

    package static func < (a: SpeechPosition, b: SpeechPosition) -> Bool {
        (a.dialect, a.state, a.memory) < (b.dialect, b.state, b.memory)
    }

    /// What the dialect remembers, as a number below ``variants``.
    var memory: Int { (inTransaction ? 3 : 0) + (isExtended.map { $0 ? 2 : 1 } ?? 0) }

    /// How many memories there are.
    static let variants = 6

    init(dialect: Int, state: Int, memory: Int = 0) {
        self.dialect = dialect
        self.state = state
        inTransaction = memory >= 3
        isExtended = memory % 3 == 0 ? nil : memory % 3 == 2
    }
}
