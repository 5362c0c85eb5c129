public import SpamTracker

extension SenderCell {
    /// What came with its mails: traps, judgements that were imported with them, a bot's dialect.
    public var evidence: [LabelEvidence] {
        var evidence: [LabelEvidence] = []
        if trapped > 0 { evidence.append(.trap) }
        if spam > 0, spam > honest { evidence.append(.imported(.spam)) }
        if honest > 0, honest >= spam { evidence.append(.imported(.honest)) }
        if bots > 0 { evidence.append(.botDialect(usedSenderScore: false)) }
        return evidence
    }
}
