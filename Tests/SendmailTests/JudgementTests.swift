import ClientLab
import DaemonLab
import Testing

/// What a real Sendmail tells of its refusals, and by what its messages are named.
@Suite("Judgements under Sendmail", Requirements.sendmail)
struct JudgementTests {
    @Test func severalUnknownRecipientsAreOne() throws {
        let lab = try FilteredSendmail()
        _ = try lab.ask(.honest, for: "no1@lab.example", "no2@lab.example", "no3@lab.example")
        let found = try #require(try lab.daemon.judgements(ofSightings: 1))
        #expect(found.words == ["unknown-recipients 1/0"] && found.not_understood.isEmpty)
    }

    @Test func aMessageIsJudgedByItsQueueID() throws {
        let lab = try FilteredSendmail()
        let reply = try lab.send(.honest).description
        // 250 2.0.0 QUEUE-ID Message accepted for delivery
        let words = reply.split(separator: " ")
        let queueID = try #require(words.count > 3 ? String(words[2]) : nil, "\(reply)")
        let query = ["source": "person", "verdict": "honest", "queue_id": queueID]
        let answer = try lab.daemon.askJudgementSocket("POST", "/judgements", query)
        #expect(answer.body == "{\"kept\":1}\n", "\(reply)")
        #expect(try lab.daemon.judgements().words == ["person 0/1"])
    }
}
