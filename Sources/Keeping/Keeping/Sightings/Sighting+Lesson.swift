public import Decision
internal import Envelopes
public import KeyedHashing
internal import Memory
internal import SMTP
public import Judgements

extension Sighting {
    /// What is kept of a lesson. A few keyed hashes, and O(what its envelope has shown).
    ///
    /// - Parameters:
    ///   - sender: the client's pseudonym, where senders are counted.
    ///   - judgements: what others say of it; what the lesson has of that when `nil`.
    public init(
        _ lesson: Lesson, under key: HashingKey, sender: UInt64? = nil, judgements: [MailJudgement]? = nil
    ) {
        let dialect = lesson.dialect
        self.init(
            id: lesson.id, time: lesson.time, client: lesson.keys.client, network: lesson.keys.network,
            organisation: lesson.answerable.map { key.hash(organisation: $0) }, sender: sender, vantage: lesson.vantage,
            envelope: EnvelopeSummary(lesson.envelope, hasHeaders: lesson.hasHeaders), dialect: dialect,
            queueID: lesson.queueID.isEmpty ? nil : key.hash(queueID: lesson.queueID),
            messageID: lesson.messageID.isEmpty ? nil : key.hash(plainMessageID: lesson.messageID),
            attempt: lesson.attempt(under: key, dialect: dialect), hasRecipient: lesson.hasRecipient,
            judgements: judgements ?? lesson.judgements)
    }
}
