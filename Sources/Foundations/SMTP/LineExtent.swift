/// How much of a command line is told where lines come beside what a filter is handed.
public enum LineExtent: String, Sendable, Hashable, CaseIterable {
    /// All of it; letters behind the verb may have lost their case.
    case whole

    /// MAIL or RCPT up to its colon: address and parameters are told by the filter's own event.
    case path

    /// Its beginning: what follows may be a secret, or was too long.
    case cut
}
