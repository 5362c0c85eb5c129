import Campaigns
import Keeping
import KeyedHashing
import Memory
import Policy
import ScratchFiles
import SMTP
import SQLiteStore
import Testing

@testable import Feedback

@Suite("The experiment, from the journal and the ledger")
struct ExperimentTests {
    static let day: Int64 = 86_400
    let noon = UnixTime(seconds: 1_700_000_000)
    let key = try! HashingKey(bytes: 0..<32)

    private func hash(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number)) }

    /// A request for a recipient by a client of a dialect.
    private func asked(_ recipient: String, day: Double, dialect: String, session: String) -> StoreChange {
        .verdict(
            VerdictRecord(
                time: noon + Int64(day * Double(Self.day)), session: session, client: "192.0.2.7", clientName: "",
                helo: "x", sender: "a@example.net", recipient: recipient, verdict: .tempfail, applied: .accept,
                reasons: [.signal(.dialectBot)], dialect: dialect, dialectState: "", queueID: "", mode: .observe,
                reply: ""))
    }

    private func lie(
        _ recipient: String, day: Double, dialect: String, session: String, network: Int = 2, isTold: Bool = true
    ) -> StoreChange {
        let lie = LieRecord(
            time: noon + Int64(day * Double(Self.day)),
            key: LieKey(recipient: key.hash(recipient: recipient), network: hash(network)),
            recipientShown: "u***@lab.example", dialect: dialect, session: session,
            arm: isTold ? .told : .spared)
        return .memory(.lie(lie))
    }

    private func mail(_ campaign: UInt64, to recipient: String, day: Double, dialect: String, session: String)
        -> StoreChange
    {
        .campaignMail(
            CampaignMail(
                time: noon + Int64(day * Double(Self.day)), session: session, campaign: CampaignID(campaign),
                recipient: key.hash(recipient: recipient), network: hash(7), recipientDomain: "lab.example",
                dialect: dialect, treatment: .trap))
    }

    private func experiment(_ changes: [StoreChange], undo: (String, Int)? = nil) throws -> FeedbackExperiment {
        let scratch = try Scratch()
        let store = try Store(path: scratch.path + "/store.db", hashingKey: key)
        try store.apply(changes)
        if let (recipient, network) = undo {
            try store.undoLie(
                LieKey(recipient: key.hash(recipient: recipient), network: hash(network)), at: noon + 2 * Self.day)
        }
        return try FeedbackExperiment(try store.lies(since: nil, limit: .max), in: store)
    }

    @Test("counts by dialect and recipient")
    func byDialect() throws {
        let effects = try experiment(
            [
                // One dialect asks twice for a user, is lied to, and stays away while it goes on elsewhere.
                asked("one@lab.example", day: 0, dialect: "bagle", session: "a"),
                asked("one@lab.example", day: 10, dialect: "bagle", session: "b"),
                asked("one@lab.example", day: 20, dialect: "bagle", session: "c"),
                lie("one@lab.example", day: 20, dialect: "bagle", session: "c"),
                asked("other@lab.example", day: 40, dialect: "bagle", session: "d"),
                // It is lied to from a second network, and about a user whom it asks for the first time.
                lie("one@lab.example", day: 21, dialect: "bagle", session: "e", network: 3),
                asked("two@lab.example", day: 30, dialect: "bagle", session: "f"),
                lie("two@lab.example", day: 30, dialect: "bagle", session: "f"),
                // Another dialect does not listen.
                asked("one@lab.example", day: 0, dialect: "mydoom", session: "g"),
                asked("one@lab.example", day: 5, dialect: "mydoom", session: "h"),
                lie("one@lab.example", day: 5, dialect: "mydoom", session: "h", network: 5),
                asked("one@lab.example", day: 10, dialect: "mydoom", session: "i"),
                // A third one's lie was undone, and a fourth one was never lied to.
                asked("one@lab.example", day: 1, dialect: "grum", session: "j"),
                lie("one@lab.example", day: 1, dialect: "grum", session: "j", network: 4),
                asked("one@lab.example", day: 1, dialect: "postfix", session: "k"),
            ], undo: ("one@lab.example", 4)
        ).dialects
        #expect(effects.map(\.campaign) == [.dialect("bagle"), .dialect("mydoom")])
        let left = try #require(effects.first)
        #expect(left.liedAbout == 2 && left.messages == 5 && left.recipients == 3)
        #expect(left.firstLie == noon + 20 * Self.day)
        #expect(left.firstSeen == noon && left.lastSeen == noon + 40 * Self.day)
        #expect(left.beforeFirstLie == 2 && left.asked == 2 && left.askedSince == 0 && left.hasStopped)
        #expect(abs(left.expected - 2) < 1e-12)
        let deaf = try #require(effects.last)
        #expect(deaf.asked == 1 && deaf.askedSince == 1 && !deaf.hasStopped)
        #expect(abs(deaf.expected - 1) < 1e-12)
        #expect(left.confidence > deaf.confidence)
    }

    @Test("counts by campaign: those that were told the lie, in its session or in its dialect")
    func byCampaign() throws {
        let experiment = try experiment([
            mail(1, to: "trap@lab.example", day: 0, dialect: "bagle", session: "a"),
            mail(1, to: "trap@lab.example", day: 6, dialect: "bagle", session: "b"),
            lie("trap@lab.example", day: 10, dialect: "bagle", session: "c"),
            mail(1, to: "other@lab.example", day: 20, dialect: "bagle", session: "d"),
            // The same recipient has mail of a campaign in another dialect: it was not told.
            mail(2, to: "trap@lab.example", day: 1, dialect: "mydoom", session: "e"),
            mail(2, to: "trap@lab.example", day: 19, dialect: "mydoom", session: "f"),
            // This one speaks no known dialect, and its own session was lied to about a second recipient.
            mail(3, to: "third@lab.example", day: 5, dialect: "", session: "g"),
            lie("third@lab.example", day: 8, dialect: "", session: "h"),
            mail(3, to: "third@lab.example", day: 8, dialect: "", session: "h"),
            mail(3, to: "third@lab.example", day: 12, dialect: "", session: "i"),
        ])
        #expect(experiment.messages == 8)
        #expect(experiment.campaigns.map(\.campaign) == [.messages(CampaignID(1)), .messages(CampaignID(3))])
        let stopped = try #require(experiment.campaigns.first)
        #expect(stopped.beforeFirstLie == 2 && stopped.hasStopped)
        #expect(abs(try #require(stopped.stableConfidence) - 0.8646647167633873) < 1e-12)
        let back = try #require(experiment.campaigns.last)
        #expect(back.askedSince == 1 && !back.hasStopped && back.messages == 3)
        #expect(experiment.shareOfStopped(confidence: 0.8) == 0.5)
        #expect(experiment.shareOfStopped(confidence: 0.99) == 0)
    }

    @Test("days before and after are drawn for each recipient, and the first day is not held against anybody")
    func course() throws {
        let experiment = try experiment([
            asked("a@lab.example", day: 0, dialect: "bagle", session: "a"),
            asked("b@lab.example", day: 3.5, dialect: "bagle", session: "b"),
            lie("b@lab.example", day: 5, dialect: "bagle", session: "c"),
            asked("b@lab.example", day: 5, dialect: "bagle", session: "c"),
            asked("b@lab.example", day: 5.4, dialect: "bagle", session: "d"),
            asked("b@lab.example", day: 7.1, dialect: "bagle", session: "e"),
            asked("b@lab.example", day: 7.2, dialect: "bagle", session: "e"),
            asked("b@lab.example", day: 9.7, dialect: "bagle", session: "f"),
            asked("b@lab.example", day: 7.3, dialect: "mydoom", session: "g"),
            asked("a@lab.example", day: 9.9, dialect: "bagle", session: "h"),
        ])
        let told = experiment.control.told
        #expect(told.recipients == 1 && told.days == 3 && told.daysAsked == 1 && told.requests == 2)
        #expect(experiment.control.difference == nil)
        let days = experiment.course.told
        #expect(days.filter { $0.value.recipients > 0 }.keys.sorted() == Array(-5...3))
        #expect(days.filter { $0.value.requests > 0 }.mapValues(\.requests) == [-2: 1, 0: 2, 2: 2, 4: 1])
    }

    @Test("without lies there is nothing")
    func nothing() throws {
        let experiment = try experiment([
            asked("one@lab.example", day: 0, dialect: "bagle", session: "a"),
            mail(1, to: "one@lab.example", day: 0, dialect: "bagle", session: "a"),
        ])
        #expect(experiment.campaigns.isEmpty && experiment.dialects.isEmpty)
        #expect(experiment.control == ControlComparison() && experiment.messages == 1)
    }

    @Test("campaigns are listed, the one seen last first")
    func list() throws {
        let scratch = try Scratch()
        let store = try Store(path: scratch.path + "/store.db", hashingKey: key)
        try store.apply([
            mail(1, to: "a@lab.example", day: 0, dialect: "bagle", session: "a"),
            mail(1, to: "b@lab.example", day: 1, dialect: "grum", session: "b"),
            mail(1, to: "b@lab.example", day: 2, dialect: "grum", session: "c"),
            mail(2, to: "b@lab.example", day: 9, dialect: "", session: "d"),
        ])
        let entries = try CampaignList(since: nil, in: store).entries
        #expect(entries.map(\.campaign) == [CampaignID(2), CampaignID(1)])
        let entry = try #require(entries.last)
        #expect(entry.messages == 3 && entry.recipients == 2 && entry.networks == 1)
        #expect(entry.dialects == ["grum", "bagle"] && entry.domains == ["lab.example"])
        #expect(entry.treatments == [.trap: 3])
        #expect(try CampaignList(since: noon + 5 * Self.day, in: store).entries.count == 1)
    }
}
