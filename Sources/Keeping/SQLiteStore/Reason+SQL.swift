import Policy

/// Conditions on the columns of a verdict's reasons. The words in them are those of the table of reasons.
extension Reason {
    /// Whether a row has this reason.
    var condition: String {
        isStanding
            ? "standing = '\(word)'" : "instr(char(10) || reasons || char(10), char(10) || '\(word)' || char(10)) > 0"
    }

    /// Whether a row has any of these signals.
    static func condition(anyOf signals: [Signal]) -> String {
        "(" + signals.map { Reason.signal($0).condition }.joined(separator: " OR ") + ")"
    }

    /// Whether a row has a signal that no stranger can help by coming back: a hostile dialect or a trap.
    static let isHostile = condition(anyOf: Signal.all.filter(\.isHostile))
}
