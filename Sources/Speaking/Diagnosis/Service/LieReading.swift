package import Control
import Terminal

/// What the daemon's status says of fake rejections.
package struct LieReading {
    private let status: StatusDocument.FakeRejections?
    private let fraction: Double
    private let share: Double

    /// A reading of a status.
    ///
    /// - Parameters:
    ///   - status: `nil` where no fake rejections are given, or nobody could be asked.
    ///   - fraction: `fake_reject_fraction`.
    ///   - share: `fake_reject_share`, 0 for the site's own.
    package init(_ status: StatusDocument.FakeRejections?, fraction: Double, share: Double) {
        self.status = status
        self.fraction = fraction
        self.share = share
    }

    /// From how many requests on the site's share is told from what is assumed before.
    private static let leastRequests = 1_000

    /// What there is to say.
    package var findings: [Finding] {
        guard let status else { return [] }
        if status.stands_down {
            return [
                Finding(
                    "lies.front", .warning, at: "argotd",
                    "no fake rejections are given: one address brings most of the mail, so that clients cannot be told "
                        + "apart; if that is a relay of yours, let it in",
                    remedy: ["argot allow ADDRESS  # the relay's"])
            ]
        }
        guard share > 0 || status.requests >= Self.leastRequests else { return [] }
        let allowed = share > 0 ? share : status.genuine_share
        guard fraction > allowed, allowed < 1 else { return [] }
        let (asked, plausible) = (FigureText.percent(fraction), FigureText.percent(allowed))
        return [
            Finding(
                "lies.share", .note, at: "fake_reject_fraction",
                "it is \(asked), but no more than \(plausible) of what a network asks for is said not to exist: which "
                    + "recipients these are is different for each network, so a spammer's bots that compare answers find out",
                remedy: [
                    "in argotd.conf: fake_reject_fraction = \(FigureText.number(allowed, digits: 2))", "argot reload",
                ])
        ]
    }
}
