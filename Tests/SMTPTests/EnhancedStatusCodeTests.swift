import SMTP
import Testing

/// Enhanced status codes as text and as parts.
struct EnhancedStatusCodeTests {
    @Test(arguments: ["2.0.0", "4.7.1", "5.1.1", "5.999.999", "4.0.10"])
    func codeIsReadBack(text: String) throws {
        #expect(try #require(EnhancedStatusCode(text)).description == text)
    }

    @Test(arguments: [
        "", ".", "..", "5..1", ".1.1", "5.1.", "1.1.1", "3.0.0", "6.0.0", "0.0.0", "5.1000.0", "5.0.1000", "5.1.1.1",
        "5,1,1", "5.1.1 ", " 5.1.1", "5.1.-1", "5.1.٣", "55.1.1", "005.1.1", "05.1.1",
    ])
    func whatIsNoCodeIsRefused(text: String) {
        #expect(EnhancedStatusCode(text) == nil)
    }

    @Test(arguments: [
        (5, 1, 1, true), (2, 0, 0, true), (4, 999, 999, true), (3, 1, 1, false), (5, -1, 0, false),
        (5, 0, 1_000, false),
    ])
    func partsInAndOutOfRange(statusClass: Int, subject: Int, detail: Int, isCode: Bool) {
        #expect((EnhancedStatusCode(statusClass, subject, detail) != nil) == isCode)
    }
}
