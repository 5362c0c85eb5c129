public import Keeping
public import Memory
internal import Campaigns
internal import SMTP

/// The lie as an experiment: what came of it, by campaign, by dialect, and against a control group (B@bel, section 6.2).
///
/// Undone lies count for nothing. By dialect and against the control group it reaches as far back as the journal does, by
/// campaign as far as the messages of campaigns do, which are kept as long as the ledger.
public struct FeedbackExperiment: Sendable {
    /// By campaign, the one that wrote most first.
    public private(set) var campaigns: [CampaignEffect] = []

    /// By dialect, in the order of their names.
    public private(set) var dialects: [CampaignEffect] = []

    /// Recipients lied about against those spared.
    public private(set) var control = ControlComparison()

    /// Requests by day, before and after.
    public private(set) var course = FeedbackCourse()

    /// All messages of campaigns that were counted, those of campaigns that were never lied to included.
    public private(set) var messages = 0

    /// Works out what came of the lies of `ledger`. O(rows of the journal + messages of campaigns).
    public init(_ ledger: [LieRecord], in journal: some Journal) throws(StoreError) {
        let ledger = ledger.filter { $0.undoneAt == nil }
        try countCampaigns(ledger, journal)
        try countRequests(ledger, journal)
    }

    /// What the campaigns that have stopped asking sent before, as a share of what all that were lied to sent, 0...1: what
    /// lying about every recipient would have saved (B@bel: 19.2 %).
    public func shareOfStopped(confidence: Double) -> Double {
        let all = campaigns.reduce(0) { $0 + $1.messages }
        let stopped = campaigns.filter { $0.hasStopped && ($0.stableConfidence ?? 0) > confidence }
        return all == 0 ? 0 : Double(stopped.reduce(0) { $0 + $1.messages }) / Double(all)
    }

    /// A lie was told to a campaign if the campaign has written to the recipient in the session of the lie, or does so in the
    /// dialect that was lied to.
    private mutating func countCampaigns(_ ledger: [LieRecord], _ journal: some Journal) throws(StoreError) {
        let told = Dictionary(grouping: ledger.filter(\.isTold), by: \.key.recipient)
        var counts: [CampaignID: CampaignCount] = [:]
        try journal.campaignMails(since: nil) { mail in
            guard let lies = told[mail.recipient] else { return }
            for lie in lies where lie.session == mail.session || !lie.dialect.isEmpty && lie.dialect == mail.dialect {
                counts[mail.campaign, default: CampaignCount()].add(
                    CampaignCount.Lie(time: lie.time, session: lie.session), about: mail.recipient)
            }
        }
        var messages = 0
        try journal.campaignMails(since: nil) { mail in
            messages += 1
            counts[mail.campaign]?.add(to: mail.recipient, at: mail.time, session: mail.session)
        }
        self.messages = messages
        campaigns = counts.compactMap { $0.value.effect(on: .messages($0.key)) }
            .sorted { ($1.messages, $0.campaign.description) < ($0.messages, $1.campaign.description) }
    }

    private mutating func countRequests(_ ledger: [LieRecord], _ journal: some Journal) throws(StoreError) {
        var counts: [String: CampaignCount] = [:]
        var watches: [KeyedHash: RecipientWatch] = [:]
        for lie in ledger {
            let recipient = lie.key.recipient
            watches[recipient, default: RecipientWatch(assigned: lie.time, isTold: lie.isTold, dialect: lie.dialect)]
                .add(assigned: lie.time, isTold: lie.isTold, dialect: lie.dialect)
            guard lie.isTold, !lie.dialect.isEmpty else { continue }
            counts[lie.dialect, default: CampaignCount()].add(
                CampaignCount.Lie(time: lie.time, session: lie.session), about: recipient)
        }
        var course = FeedbackCourse()
        let reach = try journal.reach()
        try journal.requests { request in
            counts[request.dialect]?.add(to: request.recipient, at: request.time, session: request.session)
            guard let watch = watches[request.recipient], !watch.isMixed,
                let day = watch.day(of: request.time, dialect: request.dialect, isAccepted: request.isAccepted)
            else { return }
            if let reach, watch.watchedDays(in: reach).contains(day) { watches[request.recipient]?.count(on: day) }
            guard let place = Int(exactly: day), FeedbackCourse.days ~= place else { return }
            if watch.isTold {
                course.told[place, default: .init()].requests += 1
            } else {
                course.spared[place, default: .init()].requests += 1
            }
        }
        dialects = counts.sorted { $0.key < $1.key }.compactMap { $0.value.effect(on: .dialect($0.key)) }
        self.course = course
        if let reach { compare(watches, in: reach) }
    }

    private mutating func compare(_ watches: [KeyedHash: RecipientWatch], in reach: ClosedRange<UnixTime>) {
        // In a fixed order: a sum of fractions is to be the same at every run.
        for (_, watch) in watches.sorted(by: { $0.key.bits < $1.key.bits }) {
            guard !watch.isMixed else {
                control.mixed += 1
                continue
            }
            let days = watch.watchedDays(in: reach)
            for day in days.clamped(
                to: Int64(FeedbackCourse.days.lowerBound)..<Int64(FeedbackCourse.days.upperBound) + 1)
            {
                if watch.isTold {
                    course.told[Int(day), default: .init()].recipients += 1
                } else {
                    course.spared[Int(day), default: .init()].recipients += 1
                }
            }
            let after = days.clamped(to: 1..<Int64.max)
            guard !after.isEmpty else { continue }
            if watch.isTold {
                control.told.add(days: after.count, asked: watch.daysAsked, requests: watch.requests)
            } else {
                control.spared.add(days: after.count, asked: watch.daysAsked, requests: watch.requests)
            }
        }
    }
}
