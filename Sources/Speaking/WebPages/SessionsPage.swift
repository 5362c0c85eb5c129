public import Explanations
import Policy
import SMTP

/// *Sessions*: verdicts that were searched for, newest first.
public struct SessionsPage: Sendable {
    /// What is searched for, as it was typed.
    public struct Search: Sendable, Hashable {
        /// A queue id or a session.
        public var queue = ""
        /// An address.
        public var client = ""
        /// A mail address.
        public var recipient = ""
        /// What the client deserved, in a word; empty for any.
        public var verdict = ""

        /// Everything.
        public init() {}

        /// The address of the page of it, from entries before `id` on.
        func address(before id: Int64) -> String {
            let fields = [("queue", queue), ("client", client), ("recipient", recipient), ("verdict", verdict)]
            return "/sessions?"
                + (fields.filter { !$0.1.isEmpty }.map { "\($0.0)=\(Shown.encoded($0.1))" } + ["before=\(id)"])
                .joined(separator: "&")
        }
    }

    private let search: Search
    private let verdicts: [VerdictExplanation]
    private let hasMore: Bool

    /// The verdicts of a search; `hasMore` when there are older ones.
    public init(_ search: Search, _ verdicts: [VerdictExplanation], hasMore: Bool) {
        self.search = search
        self.verdicts = verdicts
        self.hasMore = hasMore
    }

    private struct Choice {
        let value: String
        let name: String
        let isChosen: Bool
    }

    private struct Row {
        let time: String
        let session: String
        let address: String
        let queueID: String?
        let client: String
        let sender: String
        let recipient: String
        let verdict: String
        let tone: String
        let notApplied: Bool
        let dialect: String
        let because: String
    }

    private struct Model {
        let queue: String
        let client: String
        let recipient: String
        let verdicts: [Choice]
        let isEmpty: Bool
        let caption: String
        let rows: [Row]
        let older: String?
    }

    /// The page.
    public func html(in frame: PageFrame) -> String {
        let choices =
            [Choice(value: "", name: "any", isChosen: search.verdict.isEmpty)]
            + Verdict.allCases.map {
                Choice(value: $0.rawValue, name: $0.rawValue, isChosen: search.verdict == $0.rawValue)
            }
        let rows = verdicts.map { verdict in
            Row(
                time: Shown.time(verdict.time), session: Shown.text(verdict.session, most: 64),
                address: "/session/" + Shown.encoded(verdict.session),
                queueID: verdict.queueID.isEmpty ? nil : Shown.text(verdict.queueID, most: 64),
                client: Shown.text(verdict.whom.client), sender: Shown.text(verdict.whom.sender, most: 80),
                recipient: Shown.text(verdict.whom.recipient, most: 80), verdict: verdict.verdict.rawValue,
                tone: Shown.tone(verdict.verdict), notApplied: verdict.verdict != verdict.applied,
                dialect: verdict.dialect.isEmpty ? "–" : Shown.text(verdict.dialect, most: 60),
                because: verdict.reasons.map { Shown.text($0.word, most: 60) }.joined(separator: ", "))
        }
        let count = rows.count
        return frame.page(
            "Sessions", at: .sessions,
            body: PageTemplates.filled(
                .sessions,
                with: Model(
                    queue: Shown.text(search.queue), client: Shown.text(search.client),
                    recipient: Shown.text(search.recipient), verdicts: choices, isEmpty: rows.isEmpty,
                    caption: "\(count) \(count == 1 ? "verdict" : "verdicts"), newest first. # begins the hash of an "
                        + "address that the journal does not keep.",
                    rows: rows, older: hasMore ? verdicts.last.map { search.address(before: $0.id) } : nil)))
    }
}
