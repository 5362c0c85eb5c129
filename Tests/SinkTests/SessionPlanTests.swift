import Dialects
import Sink
import SMTP
import Testing

@Suite("The sink's session")
struct SessionPlanTests {
    @Test func aMessageIsTakenInTheLaboratory() {
        var session = PlannedSession(offer: ServiceOffer([.pipelining, .size]))
        #expect(session.takeSent() == "220 mx ESMTP\r\n")
        #expect(session.client("EHLO client.example\r\n") == "250-mx\r\n250-PIPELINING\r\n250 SIZE 10485760\r\n")
        #expect(session.client("MAIL FROM:<a@b.example>\r\n") == "250 2.1.0 Ok\r\n")
        #expect(session.client("RCPT TO:<c@d.example>\r\n") == "250 2.1.5 Ok\r\n")
        #expect(session.client("DATA\r\n") == "354 End data with <CR><LF>.<CR><LF>\r\n")
        #expect(session.client("Subject: x\r\n\r\n..\r\n") == "")
        #expect(session.client(".\r\n") == "250 2.0.0 Ok: taken and dropped\r\n")
        #expect(session.client("QUIT\r\n") == "221 2.0.0 Bye\r\n")
        #expect(session.isClosed)
        #expect(session.transcript.note == "none")
        #expect(session.transcript.closings.map(\.isByClient) == [false])
    }

    @Test func aMessageIsNeverTakenOnAnMX() {
        var session = PlannedSession(mode: .safe)
        session.client("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n")
        #expect(session.client("x\r\n.\r\n").hasPrefix("451 "))
        session.client("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n")
        #expect(session.client("BDAT 2 LAST\r\nxy").hasPrefix("451 "))
    }

    @Test func commandsOutOfOrderAreRefused() {
        var session = PlannedSession(offer: ServiceOffer([]))
        let replies = session.client(
            "RCPT TO:<a@b>\r\nDATA\r\nMAIL\r\nHELO\r\nmail  from : a@b\r\nMAIL FROM:<a@b>\r\nDATA\r\nBDAT 1\r\nSTARTTLS\r\n"
                + "AUTH PLAIN\r\nGET / HTTP/1.1\r\nData-Source: x\r\n")
        #expect(
            replies.split(separator: "\r\n").map { $0.prefix(3) } == [
                "503", "503", "501", "501", "250", "503", "554", "502", "502", "502", "500", "500",
            ])
    }

    @Test func repliesFollowOneAnotherWithTheirPauses() {
        var session = PlannedSession(variations: "mail.end.late")
        session.client("EHLO c.example\r\n")
        #expect(session.client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nNOOP\r\n") == "250 2.1.0 Ok")
        #expect(session.wait(seconds: 2.9) == "")
        #expect(session.wait(seconds: 0.2) == "\r\n250 2.1.5 Ok\r\n250 2.0.0 Ok\r\n")
        #expect(
            session.recorded(.server).suffix(4) == ["250 2.1.0 Ok", "\r\n", "250 2.1.5 Ok\r\n", "250 2.0.0 Ok\r\n"])
        #expect(session.transcript.note == "mail.end.late")
    }

    @Test func aVariationIsPlayedAtItsOccurrence() {
        var session = PlannedSession(variations: "rcpt.code.550@2,noop.code.450@*")
        session.client("EHLO c.example\r\nMAIL FROM:<a@b>\r\n")
        let replies = session.client("RCPT TO:<1@b>\r\nRCPT TO:<2@b>\r\nRCPT TO:<3@b>\r\nNOOP\r\nNOOP\r\n")
        #expect(replies.split(separator: "\r\n").map { $0.prefix(3) } == ["250", "550", "250", "450", "450"])
        #expect(session.transcript.note == "rcpt.code.550@2 noop.code.450@* noop.code.450@*")
    }

    @Test func aRefusedRecipientDoesNotCount() {
        var session = PlannedSession(variations: "rcpt.code.550")
        session.client("EHLO c.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<1@b>\r\n")
        #expect(session.client("DATA\r\n").hasPrefix("554"))
    }

    @Test func afterAnOddAnswerToDataTheClientDecides() {
        var session = PlannedSession(variations: "data.code.250@*")
        session.client("EHLO c.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<1@b>\r\nDATA\r\n")
        #expect(session.client("From: a@b\r\nQUIT\r\n") == "")
        #expect(session.client(".\r\n").hasPrefix("250"))
        session.client("MAIL FROM:<a@b>\r\nRCPT TO:<1@b>\r\nDATA\r\n")
        #expect(session.client("RSE") == "")
        #expect(session.client("T\r\n").hasPrefix("250 2.0.0"))
        #expect(session.client("RCPT TO:<1@b>\r\n").hasPrefix("503"))
    }

    @Test func afterAnOddAnswerToQuitTheClientMayStay() {
        var session = PlannedSession(variations: "quit.code.450")
        #expect(session.client("QUIT\r\n").hasPrefix("450"))
        #expect(!session.isClosed)
        #expect(session.client("QUIT\r\n").hasPrefix("221"))
        #expect(session.isClosed)
    }

    @Test func startTLSWaitsForTheHandshake() {
        var session = PlannedSession()
        session.client("EHLO c.example\r\n")
        // What was smuggled in before the handshake is dropped.
        #expect(session.client("STARTTLS\r\nMAIL FROM:<a@b>\r\n") == "220 2.0.0 Ready to start TLS\r\n")
        session.hand(.received([0x16, 3, 1, 0, 5]))
        #expect(session.handshake == [0x16, 3, 1, 0, 5])
        session.hand(.tlsBegan(version: "TLSv1.3", cipher: "unknown"))
        #expect(!session.client("EHLO c.example\r\n").contains("STARTTLS"))
        #expect(session.client("RCPT TO:<a@b>\r\n").hasPrefix("503"))
        #expect(session.plan.events.contains { $0.kind == .tls })
        #expect(!session.recorded(.client).contains { $0.contains("\u{16}") })
    }

    @Test func afterARefusedSTARTTLSTheClientGoesOnInTheClear() {
        var session = PlannedSession(variations: "starttls.code.454,starttls.multiline@2")
        #expect(session.client("EHLO c\r\nSTARTTLS\r\n").hasSuffix("454 4.2.0 Try again later\r\n"))
        #expect(session.client("STARTTLS\r\n") == "220-2.0.0 Ready to start TLS\r\n220 OK\r\n")
        #expect(session.client("NOOP\r\n") == "250 2.0.0 Ok\r\n")
    }

    @Test func chunksAreCountedOut() {
        var session = PlannedSession()
        session.client("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n")
        #expect(session.client("BDAT 5\r\nQUI") == "")
        #expect(session.client("T\nBDAT 0 LAST\r\n").split(separator: "\r\n").count == 2)
        #expect(session.client("BDAT many\r\n").hasPrefix("501"))
        #expect(
            session.client("BDAT 3 LAST\r\nabcNOOP\r\n").split(separator: "\r\n").map { $0.prefix(3) } == [
                "503", "250",
            ])
    }

    @Test func passwordsAreNotRecorded() {
        var session = PlannedSession(offer: ServiceOffer([.auth]))
        session.client("EHLO c\r\n")
        #expect(session.client("AUTH PLAIN AGEAc2VjcmV0\r\n").hasPrefix("235"))
        #expect(session.client("AUTH LOGIN\r\n") == "334 VXNlcm5hbWU6\r\n")
        #expect(session.client("c2VjcmV0\r\n") == "334 UGFzc3dvcmQ6\r\n")
        #expect(session.client("c2VjcmV0\r\n").hasPrefix("235"))
        #expect(!session.recorded(.client).joined().contains("2VjcmV0"))
        #expect(session.recorded(.client).suffix(2) == ["xxxxxxxx\r\n", "xxxxxxxx\r\n"])
    }

    @Test func silenceEndsTheSession() {
        var session = PlannedSession()
        session.wait(seconds: 1)
        // A line that never ends does not buy time.
        for _ in 0..<SinkLimits().stageSeconds + 5 where !session.isClosed {
            session.client("N")
            session.wait(seconds: 1)
        }
        #expect(session.isClosed)
        #expect(session.recorded(.server).last == "421 4.4.2 Timeout\r\n")
        #expect(session.transcript.closings.first?.manner == .timeout)
    }

    @Test func aBusySessionEndsToo() {
        var session = PlannedSession()
        var seconds = 0
        while !session.isClosed, seconds < 1_000 {
            session.client("NOOP\r\n")
            session.wait(seconds: 10)
            seconds += 10
        }
        #expect(session.isClosed)
        #expect(seconds == SinkLimits(mode: .learn).sessionSeconds)
    }

    @Test func errorsAndCommandsAreLimited() {
        var session = PlannedSession()
        session.client(String(repeating: "VOID\r\n", count: 30))
        #expect(session.isClosed)
        #expect(session.recorded(.server).filter { $0.hasPrefix("500") }.count == SinkLimits().errors)
        session = PlannedSession()
        session.client(String(repeating: "NOOP\r\n", count: 5_000))
        #expect(session.isClosed)
        #expect(session.plan.events.count <= SinkLimits().recordedEvents)
    }

    @Test func inputIsLimited() {
        var limits = SinkLimits()
        limits.sessionBytes = 100_000
        limits.recordedBytes = 5_000
        var session = PlannedSession(limits: limits)
        // Content, as a line without end is masked to a few letters.
        session.client("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n")
        let chunk = String(repeating: "A", count: 10_000)
        for _ in 0..<11 { session.client(chunk) }
        #expect(session.isClosed)
        #expect(session.plan.events.byteCount <= 5_000)
        #expect(session.transcript.gaps > 0)
    }

    @Test func readingPausesWhileAReplyIsHeldBack() {
        var session = PlannedSession(variations: "noop.end.late")
        session.client("NOOP\r\n")
        let message = String(repeating: "NOOP\r\n", count: 100)
        var count = 0
        while session.plan.wantsInput, count < 1_000 {
            session.client(message)
            count += 1
        }
        #expect(count * message.utf8.count < 2 * SinkLimits().waitingBytes)
    }

    @Test func ofALongMessageTheEndIsRecorded() {
        var limits = SinkLimits()
        limits.recordedMessageBytes = 100
        var session = PlannedSession(limits: limits)
        session.client("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n")
        for _ in 0..<10 { session.client(String(repeating: "x", count: 78) + "\r\n") }
        session.client("last\r\n.\r\nQUIT\r\n")
        #expect(session.recorded(.client).last?.hasSuffix("last\r\n.\r\nQUIT\r\n") == true)
        #expect(session.transcript.gaps == 10)
        #expect(session.recorded(.client).joined().utf8.count < 300)
    }

    @Test func aClientThatHasNoMoreToSayIsAnsweredAndLeft() {
        var session = PlannedSession()
        session.client("EHLO c\r\nNOOP\r\n")
        session.hand(.inputClosed)
        #expect(session.isClosed)
        #expect(session.transcript.closings.map(\.isByClient) == [true, false])
    }

    @Test func howTheClientLeavesAfterQUITIsRecorded() {
        var session = PlannedSession()
        session.client("QUIT\r\n")
        session.hand(.broken)
        #expect(session.transcript.closings.map(\.manner) == [.fin, .rst])
    }
}
