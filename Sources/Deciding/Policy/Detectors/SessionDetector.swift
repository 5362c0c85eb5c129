public import SMTP

/// Looks at one side of a session: takes its events in order, and states what it has found when a verdict is due.
///
/// A value of its own for each session, bounded in memory; it never decides, and it knows no other detector.
public protocol SessionDetector: Sendable {
    /// Who it is in the table of reasons.
    static var detector: Detector { get }

    /// Whether the headers of a message can change what it finds: then it is asked again at the end of the message.
    static var readsHeaders: Bool { get }

    /// Takes an event and its bytes. O(number of bytes) at most.
    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>)

    /// Adds what counts against an attempt, in any order. The thresholds and lists are the administrator's.
    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy)
}

extension SessionDetector {
    /// `false`.
    public static var readsHeaders: Bool { false }

    /// Does nothing: for those whose findings lie in the attempt itself.
    public mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {}
}
