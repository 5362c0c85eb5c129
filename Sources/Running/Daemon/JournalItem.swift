import Decision
import Memory
import Policy
import SMTP

/// Something that the slow side is told by the sessions.
enum JournalItem: Sendable {
    /// A verdict was reached.
    indirect case verdict(VerdictRecord)

    /// What is remembered has changed.
    case changes([MemoryChange])

    /// A session ended without a verdict.
    indirect case session(SessionSummary)

    /// A session's transcript.
    indirect case transcript(SessionTranscript)

    /// A message, or a session without one, has left something to learn from.
    case lesson(Lesson)

    /// A message is to be grouped with others.
    indirect case campaign(CampaignSighting)

    /// The breaker has tripped with this verdict.
    indirect case breakerTripped(BreakerTrip, VerdictRecord)

    /// The bytes that a transcript holds; 0 for everything else, which is bounded by the number of items.
    var transcriptBytes: Int {
        if case .transcript(let transcript) = self { transcript.events.byteCount } else { 0 }
    }
}
