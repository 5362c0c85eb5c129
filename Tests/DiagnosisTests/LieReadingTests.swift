import Control
import SMTP
import Testing

@testable import Diagnosis

/// What argot doctor says of fake rejections, and whose postmaster may know of one.
@Suite("Fake rejections, looked at")
struct LieReadingTests {
    private func ids(
        _ change: (inout StatusDocument.FakeRejections) -> Void = { _ in }, fraction: Double = 0.5, share: Double = 0
    ) -> [String] {
        var status = StatusDocument.FakeRejections(
            stands_down: false, carrier_share: 0, this_hour: 3, genuine_share: 0.1, requests: 5_000, seen_share: 0.1)
        change(&status)
        return LieReading(status, fraction: fraction, share: share).findings.map(\.id)
    }

    @Test func nobodyIsLiedToBehindAFront() {
        #expect(ids({ $0.stands_down = true }) == ["lies.front"])
        #expect(LieReading(nil, fraction: 1, share: 0).findings.isEmpty)
    }

    @Test func aFractionAboveThePlausibleShareIsSaid() {
        #expect(ids() == ["lies.share"])
        #expect(ids(fraction: 0.1) == [] && ids({ $0.requests = 10 }) == [])
        #expect(ids(fraction: 0.3, share: 0.2) == ["lies.share"])
        #expect(ids(fraction: 0.2, share: 0.2) == [] && ids(fraction: 1, share: 1) == [])
    }

    @Test func aNameCountsIfItLeadsBack() throws {
        let client = try #require(ClientAddress("192.0.2.14"))
        func name(_ answers: [String: [String]]) -> String? {
            VerifiedName(of: client) { answers[$0.last ?? ""] }?.name
        }
        #expect(
            name(["192.0.2.14": ["Mail.Oak.Example."], "mail.oak.example": ["192.0.2.9", "192.0.2.14"]])
                == "mail.oak.example")
        #expect(name(["192.0.2.14": ["mail.oak.example."], "mail.oak.example": ["192.0.2.9"]]) == nil)
        #expect(name(["192.0.2.14": ["-x", "mail.oak.example."]]) == nil)
        #expect(name([:]) == nil)
    }
}
