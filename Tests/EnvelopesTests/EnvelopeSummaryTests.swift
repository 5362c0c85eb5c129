import EnvelopeTraining
import SMTP
import Testing

@testable import Envelopes

@Suite struct EnvelopeSummaryTests {
    private func observer() throws -> EnvelopeObserver {
        EnvelopeRecord(
            time: UnixTime(seconds: 0), client: try #require(ClientAddress("192.0.2.77")), label: .ham,
            isExtended: true, helo: "mx 1%.example.net", clientName: "host-192-0-2-77.example.net", resolution: .ok,
            senderDomain: "example.org", mailer: "Mailer v1.2 (build 9)", messageID: "<abc.123@mx.example.net>",
            date: "Mon, 1 Jan 2024 10:00:00 +0000",
            headers: ["Received", "Received", "From", "To", "X-Odd%Name", "List-Id", "Subject"]
        ).observer
    }

    @Test(arguments: EnvelopeMoment.allCases)
    func keepsEveryAnswer(moment: EnvelopeMoment) throws {
        let observer = try observer()
        let summary = EnvelopeSummary(observer, hasHeaders: true)
        #expect(summary.answers(at: moment) == observer.answers(at: moment))
        let read = try #require(EnvelopeSummary(text: summary.text))
        #expect(read.answers(at: moment) == observer.answers(at: moment))
        #expect(read == summary)
    }

    @Test func withoutHeadersThereAreTheAnswersBeforeData() throws {
        let summary = EnvelopeSummary(try observer(), hasHeaders: false)
        let read = try #require(EnvelopeSummary(text: summary.text))
        #expect(!read.hasHeaders)
        #expect(read.answers(at: .afterHeaders) == (try observer()).answers(at: .beforeData))
    }

    @Test func holdsNoNameAndNoAddress() throws {
        let text = EnvelopeSummary(try observer(), hasHeaders: true).text
        for secret in ["example", "192.0", "abc", "2024", "1.2"] { #expect(!text.contains(secret)) }
    }

    @Test(arguments: ["x", "helo.form", "no.such 1", "received -1", "header %zz", "message-id nowhere a3", "a b c d"])
    func textThatIsNoneIsNotRead(text: String) {
        #expect(EnvelopeSummary(text: text) == nil)
    }
}
