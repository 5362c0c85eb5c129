/// The paper's classes of varied replies.
public enum VariationClass: String, Sendable, Hashable, CaseIterable {
    /// Legal by RFC 5321, but unusual: several lines, an unassigned code, a refusal, late or in small pieces.
    case compliant

    /// Against the grammar of replies: codes that do not exist, different codes on the lines of one reply.
    case incorrect

    /// A part of a reply is missing.
    case truncated

    /// The end of the line is not one CR LF, or comes late.
    case incorrectlyTerminated = "incorrectly-terminated"
}
