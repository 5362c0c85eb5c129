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
        let packed = try #require(EnvelopeSummary(bytes: summary.bytes))
        #expect(packed.answers(at: moment) == observer.answers(at: moment) && packed.bytes == summary.bytes)
        #expect(summary.bytes.count < summary.text.utf8.count * 2 / 3)
    }

    @Test func bytesThatAreNoneAreNotRead() throws {
        for hasHeaders in [false, true] {
            let bytes = EnvelopeSummary(try observer(), hasHeaders: hasHeaders).bytes
            let read = try #require(EnvelopeSummary(bytes: bytes))
            #expect(read.hasHeaders == hasHeaders)
            #expect(
                EnvelopeSummary(bytes: bytes + [0]) == nil && EnvelopeSummary(bytes: [2] + bytes.dropFirst()) == nil)
            for count in 0..<bytes.count {
                // What is cut off behind the answers before DATA is a summary without headers.
                let cut = EnvelopeSummary(bytes: Array(bytes.prefix(count)))
                #expect(cut == nil || hasHeaders && cut?.hasHeaders == false)
            }
            for index in bytes.indices {
                for byte: UInt8 in [0, 0x7f, 0x80, 0xff] {
                    var damaged = bytes
                    damaged[index] = byte
                    // Nothing traps, and what is read can be written.
                    if let found = EnvelopeSummary(bytes: damaged) { #expect(!found.bytes.isEmpty) }
                }
            }
        }
    }

    /// The numbers of questions stand in databases.
    @Test func questionsKeepTheirNumbers() {
        #expect(FeatureGroup.heloForm.rawValue == 0 && FeatureGroup.relation.rawValue == 18)
        #expect(FeatureGroup.senderRelation.rawValue == 26 && FeatureGroup.orderAll.rawValue == 43)
        #expect(FeatureGroup.allCases.count == 44)
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

    @Test("answers of any length are themselves", arguments: [0, 1, 31, 32, 33, 64, 200])
    func tokens(count: Int) {
        let bytes = (0..<count).map { UInt8($0) }
        let token = TextToken(.heloForm, bytes)
        #expect(token.count == count && token.bytes == bytes && token == TextToken(.heloForm, bytes))
        #expect((0..<count).map { token[$0] } == bytes)
        #expect(token != TextToken(.relation, bytes) && token != TextToken(.heloForm, bytes + [0]))
        var hash = HashedToken(.heloForm)
        for byte in bytes { hash.append(byte) }
        #expect(token.hashed.hash == hash.hash)
    }
}
