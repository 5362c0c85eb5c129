import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// What others say of messages reaches the database: at once, and later by the judgement socket.
@Suite("Judgements")
struct JudgementTests {
    @Test func aMessageIsJudgedLaterByItsQueueID() throws {
        let daemon = try ArgotDaemon.started(["trap_addresses": "trap@lab.example"])
        let session = try daemon.session()
        _ = try session.connect(ClientPeer(ip: "203.0.113.9"))
        _ = try session.helo("mail.example.net")
        for (number, recipient) in ["<user1@lab.example>", "<trap@lab.example>"].enumerated() {
            _ = try session.mail("<a@example.net>")
            _ = try session.rcpt(recipient)
            _ = try session.data()
            let lines = ["Message-ID: <m\(number)@example.net>", "Subject: x", "", "text"]
            _ = try session.message(MessageContent(lines: lines))
        }
        // Another client, whom the mail server refuses.
        let refused = try daemon.session()
        _ = try refused.connect(ClientPeer(ip: "198.51.100.7"))
        _ = try refused.helo("friend")
        _ = try refused.mail("<b@elsewhere.example>")
        let listed = RecipientRefusal(
            code: 554, enhancedCode: "5.7.1",
            text: "Service unavailable; Client host [198.51.100.7] blocked using bl.example")
        _ = try refused.rcpt("<user1@lab.example>", refusedByMTA: listed)
        let odd = RecipientRefusal(code: 554, enhancedCode: "5.7.1", text: "no entry for bob@lab.example")
        _ = try refused.rcpt("<user2@lab.example>", refusedByMTA: odd)
        try refused.quit()
        let answer = try daemon.askJudgementSocket(
            "POST", "/judgements", ["source": "person", "verdict": "honest", "queue_id": "4FAKE1"])
        #expect(answer.status == 200 && answer.body == "{\"kept\":1}\n")
        let second = try daemon.askJudgementSocket(
            "POST", "/judgements",
            ["source": "filter-log", "verdict": "spam", "message_id": "<m1@example.net>"])
        #expect(second.body == "{\"kept\":1}\n")
        let report = try #require(try daemon.judgements(ofSightings: 3))
        #expect(report.judged == 3)
        #expect(report.words == ["person 0/1", "trap 1/0", "filter-log 1/0", "blocklist 1/0"])
        #expect(report.not_understood.map(\.text) == ["no entry for <address>"])
        // Nobody may steer the daemon from there.
        #expect(try daemon.askJudgementSocket("POST", "/mode", ["mode": "enforce"]).status == 404)
        #expect(try daemon.askJudgementSocket("DELETE", "/data", ["everything": "1"]).status == 404)
    }

    @Test func whoComesBackAfterGreylistingIsOneSighting() throws {
        let daemon = try ArgotDaemon.started(["mode": "enforce", "enforce": "tempfail", "greylist_delay": "1s"])
        var attempts = 0
        let isIn = try Poll.until(.after(.seconds(120))) {
            attempts += 1
            let session = try daemon.session()
            _ = try session.connect(ClientPeer(ip: "203.0.113.9"))
            _ = try session.helo("203.0.113.9")
            _ = try session.mail("<scan@elsewhere.example>")
            let isDeferred = try session.rcpt("<user1@lab.example>").replyText?.hasPrefix("4") ?? false
            if !isDeferred {
                _ = try session.data()
                let lines = ["Message-ID: <scan@elsewhere.example>", "Subject: x", "", "text"]
                _ = try session.message(MessageContent(lines: lines))
            }
            try session.quit()
            return !isDeferred
        }
        #expect(isIn && attempts > 1)
        let later = ["source": "person", "verdict": "honest", "message_id": "scan@elsewhere.example"]
        let isKept = try Poll.until(.after(.seconds(60))) {
            try daemon.askJudgementSocket("POST", "/judgements", later).body == "{\"kept\":1}\n"
        }
        #expect(isKept)
        let report = try daemon.judgements()
        #expect(report.sightings == 1 && report.words == ["person 0/1"])
    }
}
