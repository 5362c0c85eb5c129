import SMTP
import Testing

@testable import EnvelopeTraining

@Suite struct SiteHeadersTests {
    private func record(_ receiver: String, _ headers: [String]) -> EnvelopeRecord {
        EnvelopeRecord(
            time: UnixTime(seconds: 0), client: ClientAddress(ipv4: 1), label: .ham, receiver: receiver,
            headers: headers)
    }

    @Test func whatAServerAddsIsRemovedAndWhatTheSenderWroteStays() {
        // The front server adds one Received; behind the other stands a relay, and a scanner.
        let records =
            (0..<30).map {
                record("front", $0 % 3 == 0 ? ["Received", "From", "X-Scanned"] : ["Received", "Received", "From"])
            }
            + (0..<170).map { _ in record("front", ["Received", "From"]) }
            + (0..<30).map {
                record(
                    "scanner", ["Received", "Received"] + ($0 % 2 == 0 ? ["Received"] : []) + ["From", "X-Scanned"])
            }
        let site = SiteHeaders(of: records)
        #expect(site.removed(from: record("front", ["Received", "Received", "From"])).headers == ["Received", "From"])
        #expect(
            site.removed(from: record("front", ["Received", "From", "X-Scanned"])).headers == ["From", "X-Scanned"])
        #expect(
            site.removed(from: record("scanner", ["Received", "Received", "X-Scanned", "From", "X-Scanned"])).headers
                == ["X-Scanned", "From"])
        #expect(site.removed(from: record("unheard of", ["Received", "From"])).headers == ["From"])
        #expect(site.removed(from: record("front", [])).headers == [])
    }

    @Test func aRewrittenBodyIsNotTheSendersDoing() {
        let site = SiteHeaders(of: [])
        let headers = ["Received", "Content-Type", "Content-Transfer-Encoding", "X-MIME-Autoconverted"]
        #expect(site.removed(from: record("any", headers)).headers == ["Content-Type"])
        #expect(site.removed(from: record("any", ["Received", "X-MIME-Autoconverted"])).headers == [])
    }
}
