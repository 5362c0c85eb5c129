/// Whether verdicts are applied.
public enum EnforcementMode: String, Sendable, Hashable, CaseIterable {
    /// Verdicts are computed, logged and reported, never applied.
    case observe

    /// Verdicts that are switched on are applied.
    case enforce
}
