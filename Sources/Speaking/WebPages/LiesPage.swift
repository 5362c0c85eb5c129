public import Memory
import SMTP

/// *Lies*: the ledger of fake rejections.
public struct LiesPage: Sendable {
    private let lies: [LieRecord]
    private let isCut: Bool

    /// The lies, the last told first; `isCut` when there are more.
    public init(_ lies: [LieRecord], isCut: Bool) {
        self.lies = lies
        self.isCut = isCut
    }

    private struct Row {
        let last: String
        let times: String
        let arm: String
        let tone: String
        let recipient: String
        let session: String
        let address: String
        let dialect: String
        let because: String
        let undone: String
    }

    private struct Model {
        let isEmpty: Bool
        let caption: String
        let rows: [Row]
    }

    /// The page.
    public func html(in frame: PageFrame) -> String {
        let rows = lies.map { lie in
            Row(
                last: Shown.time(lie.lastTold), times: Shown.number(lie.timesTold),
                arm: lie.arm.rawValue, tone: lie.isTold ? "bad" : "good",
                recipient: Shown.text(lie.recipientShown, most: 120), session: Shown.text(lie.session, most: 64),
                address: "/session/" + Shown.encoded(lie.session),
                dialect: lie.dialect.isEmpty ? "–" : Shown.text(lie.dialect, most: 60),
                because: lie.reasons.map { Shown.text($0, most: 60) }.joined(separator: ", "),
                undone: lie.undoneAt.map(Shown.time) ?? "–")
        }
        return frame.page(
            "Lies", at: .lies,
            body: PageTemplates.filled(
                .lies,
                with: Model(
                    isEmpty: rows.isEmpty,
                    caption: (isCut ? "The last \(rows.count) of the ledger" : "The whole ledger")
                        + ". spared: a lie was due and, by the draw, not told. argot lies undo RECIPIENT CLIENT cancels a lie.",
                    rows: rows)))
    }
}
