public import Explanations
import Policy
import SMTP

/// One session: its verdicts, why, what would have changed them, and what was said.
public struct SessionPage: Sendable {
    private let session: String
    private let verdicts: [VerdictExplanation]
    private let conversation: Conversation

    /// A session.
    public init(_ session: String, _ verdicts: [VerdictExplanation], _ conversation: Conversation) {
        self.session = session
        self.verdicts = verdicts
        self.conversation = conversation
    }

    private struct Reason {
        let word: String
        let weight: String
        let sentence: String
    }

    private struct Entry {
        let time: String
        let verdict: String
        let tone: String
        let outcome: String
        let client: String
        let sender: String
        let recipient: String
        let queueID: String?
        let dialect: String
        let states: String?
        let score: String?
        let campaigns: String?
        let reasons: [Reason]
        let hasChanges: Bool
        let changes: [String]
        let allow: String?
    }

    private struct Line {
        let time: String
        let side: String
        let who: String
        let text: String
        let found: String
    }

    private struct Model {
        let verdicts: [Entry]
        let token: String
        let back: String
        let conversationNote: String?
        let hasLines: Bool
        let lines: [Line]
        let picture: String?
        let pictureText: String
    }

    /// The page.
    public func html(in frame: PageFrame) -> String {
        let address = "/session/" + Shown.encoded(session)
        let model = Model(
            verdicts: verdicts.map { Self.entry($0, canSteer: frame.canSteer) }, token: frame.token, back: address,
            conversationNote: conversation.note.isEmpty ? nil : Shown.text(conversation.note),
            hasLines: !conversation.lines.isEmpty, lines: conversation.lines.map(Self.line),
            picture: conversation.pictureText.isEmpty ? nil : "/picture/" + Shown.encoded(session) + ".svg",
            pictureText: Shown.text(conversation.pictureText))
        return frame.page(
            "Session " + Shown.text(session, most: 64), at: .sessions, body: PageTemplates.filled(.session, with: model)
        )
    }

    private static func entry(_ verdict: VerdictExplanation, canSteer: Bool) -> Entry {
        Entry(
            time: Shown.time(verdict.time), verdict: verdict.verdict.rawValue, tone: Shown.tone(verdict.verdict),
            outcome: Shown.text(verdict.outcome), client: Shown.text(verdict.whom.client),
            sender: Shown.text(verdict.whom.sender), recipient: Shown.text(verdict.whom.recipient),
            queueID: verdict.queueID.isEmpty ? nil : Shown.text(verdict.queueID),
            dialect: Shown.text(verdict.dialectText),
            states: verdict.states.isEmpty ? nil : Shown.text(verdict.statesText),
            score: verdict.senderScore.isEmpty ? nil : Shown.text(verdict.senderScore),
            campaigns: verdict.campaigns.isEmpty ? nil : Shown.text(verdict.campaigns.joined(separator: ", ")),
            reasons: verdict.reasons.map {
                Reason(word: Shown.text($0.word), weight: $0.weight ?? "–", sentence: Shown.text($0.sentence))
            },
            hasChanges: !verdict.changes.isEmpty, changes: verdict.changes.map(Shown.text),
            allow: canSteer ? ClientAddress(verdict.whom.client)?.description : nil)
    }

    private static func line(_ line: Conversation.Line) -> Line {
        let millis = Int((line.seconds * 1_000).rounded().clamped(to: 0...1e12))
        let rest = (millis % 1_000).padded(to: 3)
        return Line(
            time: "\(millis / 1_000).\(rest)",
            side: line.isFromClient ? "client" : "server", who: line.isFromClient ? "client" : "server",
            text: Shown.text(line.text, most: 2_000), found: line.found.map { Shown.text($0) }.joined(separator: "; "))
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
