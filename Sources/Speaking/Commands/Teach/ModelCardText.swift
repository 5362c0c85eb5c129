import FoundationEssentials
import Promotion
import SMTP
import Terminal

/// A model's card as text.
enum ModelCardText {
    /// One card, whole.
    static func show(_ card: ModelCard) {
        let state = card.promoted ? "promoted" : "not promoted"
        print("model \(card.number), taught \(Output.text(UnixTime(seconds: card.time))): \(state): \(card.reason)")
        print(
            "learned from \(card.messages) messages of \(card.senders) senders on \(card.days) days; \(card.returning) senders "
                + "came back on \(card.return_days) days or more")
        if card.sources.isEmpty { print("nobody judged anything: learned from who comes back") }
        for source in card.sources {
            let worth =
                source.left_out.map { "left out: \($0)" }
                ?? source.recall.map { "finds \(share($0)) of the spam senders" } ?? ""
            print("  \(source.source): \(source.spam) spam, \(source.honest) honest; \(worth)")
        }
        print("judged on the newest \(card.judged_days) days, which it had not seen, by \(card.truth):")
        Output.table(
            ["", "SPAM FOUND", "HONEST MESSAGES ABOVE", "HONEST ORGANISATIONS TOUCHED"],
            [["this model"] + cells(card.figures)]
                + (card.in_force.map { [["model \(card.in_force_number ?? 0), in force"] + cells($0)] } ?? []))
    }

    private static func cells(_ figures: ModelCard.Figures) -> [String] {
        [
            "\(figures.found) of \(figures.spam)", "\(figures.flagged) of \(figures.honest)",
            "\(figures.touched) of \(figures.organisations)",
        ]
    }

    /// A share in per cent.
    static func share(_ share: Double) -> String { FigureText.number(share * 100, digits: 1) + " %" }
}
