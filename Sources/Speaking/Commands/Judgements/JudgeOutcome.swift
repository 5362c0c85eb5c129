/// How an `argot judge` ended, as scripts see it (sysexits.h). The raw value is the exit code.
enum JudgeOutcome: Int32, Comparable {
    /// The judgement was taken.
    case taken = 0

    /// argotd does not know the message.
    case unknown = 1

    /// There is no message, or none with a header.
    case noMessage = 65

    /// argotd cannot be reached, or does not take such judgements.
    case unavailable = 69

    /// argotd cannot take it now.
    case later = 75

    /// The better one comes first.
    static func < (left: JudgeOutcome, right: JudgeOutcome) -> Bool { left.rawValue < right.rawValue }
}
