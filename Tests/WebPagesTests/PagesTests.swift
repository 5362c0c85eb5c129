import Explanations
import Keeping
import Memory
import Policy
import SMTP
import Testing

@testable import WebPages

/// What pages say, and that nothing a stranger has said becomes markup.
struct PagesTests {
    static let hostile = "<script>alert(1)</script>\"'&\u{202e}\u{200b}"

    static func record(_ text: String, verdict: Verdict = .tempfail, reasons: [String] = ["dialect.bot"])
        -> VerdictRecord
    {
        VerdictRecord(
            time: UnixTime(seconds: 1_700_000_000), session: text, client: text, helo: text, sender: text,
            recipient: text + "@example.org", verdict: verdict, applied: .accept,
            reasons: reasons.map(Reason.init(word:)),
            dialect: text, dialectState: text, queueID: text, mode: .observe, senderScore: text)
    }

    static func explanation(_ text: String, verdict: Verdict = .tempfail, reasons: [String] = ["dialect.bot"])
        -> VerdictExplanation
    {
        VerdictExplanation(
            JournalEntry(
                id: 1, record: record(text, verdict: verdict, reasons: reasons), isShown: true, client: nil,
                sender: nil,
                recipient: nil, recipientDomain: text, replyCode: nil))
    }

    static var frame: PageFrame {
        PageFrame(user: "alice", role: "steer", canSteer: true, canLeave: true, token: "token")
    }

    @Test("Every template can be read")
    func templates() { #expect(PageTemplates.areComplete) }

    @Test("Hostile text is text on every page")
    func hostileText() {
        let text = Self.hostile
        var frame = Self.frame
        frame.notice = text
        frame.fault = text
        let explanation = Self.explanation(text, reasons: [text])
        var search = SessionsPage.Search()
        (search.queue, search.client, search.recipient) = (text, text, text)
        let conversation = Conversation(
            lines: [.init(seconds: 1, isFromClient: true, text: text, found: [text], posterior: 0.5)], note: text,
            pictureText: text)
        let key = KeyedHash(bits: 1)
        let lie = LieRecord(
            time: UnixTime(seconds: 0), key: LieKey(recipient: key, network: key), recipientShown: text, dialect: text,
            reasons: [text], session: text)
        let pages = [
            SessionsPage(search, [explanation], hasMore: true).html(in: frame),
            SessionPage(text, [explanation], conversation).html(in: frame),
            LiesPage([lie], isCut: false).html(in: frame),
            SettingsPage(.init(mode: text, isSuspended: true, allowed: [text], denied: [text], faults: [text]))
                .html(in: frame),
            MessagePage.message(text, text, in: frame),
            PosteriorPicture.svg(conversation),
        ]
        for page in pages {
            #expect(!page.contains("<script>alert"))
            #expect(!page.contains("\"'&\u{202e}"))
            #expect(!page.unicodeScalars.contains { $0 == "\u{202e}" || $0 == "\u{200b}" })
            #expect(page.contains("&lt;script&gt;"))
        }
    }

    @Test("No page needs anything that its policy forbids")
    func policy() {
        let page = SessionPage("a", [Self.explanation("a")], Conversation(note: "")).html(in: Self.frame)
        for word in [" style=", " onclick=", " onload=", "javascript:", "<style", "http://", "https://"] {
            #expect(!page.contains(word), "\(word)")
        }
    }

    @Test("What would have changed a verdict is the policy's own word")
    func changes() {
        #expect(
            Self.explanation("a", reasons: ["dialect.bot", "name.missing"]).changes.contains(
                "without name.missing it would have been greylisted only"))
        #expect(
            Self.explanation("a", reasons: ["dialect.bot"]).changes.contains(
                "without dialect.bot it would have been let in"))
        #expect(Self.explanation("a", verdict: .accept, reasons: ["none"]).changes.isEmpty)
        let strong = Self.explanation("a", reasons: ["dialect.bot", "dialect.notMTA"]).changes
        #expect(!strong.contains { $0.hasPrefix("without dialect.notMTA") })
    }

    @Test("Only who steers is shown what steers")
    func roles() {
        let explanation = Self.explanation("192.0.2.1")
        var looking = Self.frame
        looking.canSteer = false
        let settings = SettingsPage(
            .init(mode: "observe", isSuspended: false, allowed: ["192.0.2.1"], denied: [], faults: []))
        for page in [
            SessionPage("a", [explanation], Conversation(note: "")).html(in: looking), settings.html(in: looking),
        ] { #expect(!page.contains("action=\"/settings")) }
        #expect(
            SessionPage("a", [explanation], Conversation(note: "")).html(in: Self.frame).contains("Allow 192.0.2.1"))
        #expect(settings.html(in: Self.frame).contains("action=\"/settings/mode\""))
    }

    @Test(
        "Times are written as calendars have them",
        arguments: [
            (0, "1970-01-01 00:00:00"), (951_782_400, "2000-02-29 00:00:00"), (1_700_000_000, "2023-11-14 22:13:20"),
            (4_102_444_799, "2099-12-31 23:59:59"), (-1, "1969-12-31 23:59:59"),
        ] as [(Int64, String)])
    func times(_ seconds: Int64, _ text: String) { #expect(Shown.time(UnixTime(seconds: seconds)) == text) }

    @Test("No time, number or share ends the program")
    func extremes() {
        for seconds in [Int64.min, .max] { #expect(!Shown.time(UnixTime(seconds: seconds)).isEmpty) }
        #expect(Shown.number(-1_234_567) == "-1\u{2009}234\u{2009}567")
        let lines = [Double.nan, .infinity, -1, 1e300].map {
            Conversation.Line(seconds: $0, isFromClient: true, text: "", posterior: $0)
        }
        #expect(!SessionPage("a", [], Conversation(lines: lines, note: "")).html(in: Self.frame).isEmpty)
        #expect(!PosteriorPicture.svg(Conversation(lines: lines, note: "")).isEmpty)
    }
}
