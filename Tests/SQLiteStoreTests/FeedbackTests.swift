import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

@testable import SQLiteStore

@Suite("Effect of lies, from the journal")
struct FeedbackTests {
    static let day: Int64 = 86_400

    /// A request for a recipient by a client of a dialect.
    private func asked(_ recipient: String, day: Int64, dialect: String, session: String) -> StoreChange {
        var record = verdict(session, at: noon + day * Self.day)
        record.recipient = recipient
        record.dialect = dialect
        return .verdict(record)
    }

    private func lie(_ recipient: String, day: Int64, dialect: String, session: String, network: Int = 2) -> StoreChange
    {
        .lie(
            LieRecord(
                time: noon + day * Self.day,
                key: LieKey(recipient: testKey.hash(recipient: recipient), network: hash(network)),
                recipientShown: "u***@lab.example", dialect: dialect, session: session))
    }

    @Test func isCountedByDialectAndRecipient() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply([
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
        ])
        try store.undoLie(
            LieKey(recipient: testKey.hash(recipient: "one@lab.example"), network: hash(4)),
            at: noon + 2 * Self.day)
        let effects = try store.feedback()
        #expect(effects.map(\.campaign) == ["bagle", "mydoom"])
        let left = try #require(effects.first)
        #expect(left.recipients == 2)
        #expect(left.firstLie == noon + 20 * Self.day)
        #expect(left.firstSeen == noon && left.lastSeen == noon + 40 * Self.day)
        #expect(left.asked == 2 && left.askedSince == 0)
        #expect(abs(left.expected - 2) < 1e-12)
        let deaf = try #require(effects.last)
        #expect(deaf.asked == 1 && deaf.askedSince == 1)
        #expect(abs(deaf.expected - 1) < 1e-12)
        #expect(left.confidence > deaf.confidence)
    }

    @Test func withoutLiesThereIsNothing() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply([asked("one@lab.example", day: 0, dialect: "bagle", session: "a")])
        #expect(try store.feedback() == [])
    }
}
