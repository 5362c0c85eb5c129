import Keeping
import SMTP
import Terminal

/// Who was put off and never came back, and who did, for people and as JSON.
struct DeferralText: Encodable {
    /// A client.
    struct Client: Encodable {
        let client: String
        let fromDomain: String?
        let rcptDomain: String
        let dialect: String
        let reasons: [String]
        let deferred: Int
        let cameBack: Int
        let fromElsewhere: Int
        let neverCameBack: Int
        let shortestDelaySeconds: Int64?
        let longestDelaySeconds: Int64?
        let lastDeferred: String
        let hasSentCleanMail: Bool

        init(_ client: DeferralReport.Client) {
            // Whoever reads this compares it with the journal, which shows as much of a hash.
            self.client = client.address ?? "#" + client.key.description.prefix(8)
            fromDomain = client.senderDomain
            rcptDomain = client.recipientDomain
            dialect = client.dialect
            reasons = client.reasons
            deferred = client.count.deferred
            cameBack = client.count.cameBack
            fromElsewhere = client.count.fromElsewhere
            neverCameBack = client.count.neverCameBack
            shortestDelaySeconds = client.delay?.lowerBound
            longestDelaySeconds = client.delay?.upperBound
            lastDeferred = Output.text(client.last)
            hasSentCleanMail = client.hasSentCleanMail
        }

        fileprivate var who: String { fromDomain.map { $0.isEmpty ? client : "\(client) (\($0))" } ?? client }
    }

    let deferred: Int
    let cameBack: Int
    let fromElsewhere: Int
    let neverCameBack: Int
    let waiting: Int
    let lostClients: Int
    let lost: [Client]
    let returned: [Client]

    init(_ report: DeferralReport) {
        deferred = report.all.deferred
        cameBack = report.all.cameBack
        fromElsewhere = report.all.fromElsewhere
        neverCameBack = report.all.neverCameBack
        waiting = report.all.waiting
        lostClients = report.lostClients
        lost = report.lost.map(Client.init)
        returned = report.returned.map(Client.init)
    }

    /// Prints it; nothing where nobody was put off.
    func show() {
        guard deferred > 0 else { return }
        print(
            """

            messages that were deferred: \(deferred); came back: \(cameBack), from another address: \(fromElsewhere), \
            never: \(neverCameBack) (of \(lostClients) clients), may still come: \(waiting)
            """)
        if !lost.isEmpty {
            print("")
            Output.table(
                ["NEVER CAME BACK", "MESSAGES", "LAST", "CLEAN MAIL", "TO", "DIALECT", "REASON"],
                lost.map {
                    [
                        $0.who, String($0.neverCameBack), $0.lastDeferred, $0.hasSentCleanMail ? "yes" : "no",
                        $0.rcptDomain, $0.dialect.isEmpty ? "-" : $0.dialect, $0.reasons.joined(separator: ","),
                    ]
                })
        }
        if !returned.isEmpty {
            print("")
            Output.table(
                ["CAME BACK", "MESSAGES", "AFTER", "TO", "DIALECT", "REASON"],
                returned.map { client in
                    [
                        client.who, String(client.cameBack + client.fromElsewhere), Self.span(client),
                        client.rcptDomain, client.dialect.isEmpty ? "-" : client.dialect,
                        client.reasons.joined(separator: ","),
                    ]
                })
        }
    }

    private static func span(_ client: Client) -> String {
        guard let shortest = client.shortestDelaySeconds, let longest = client.longestDelaySeconds else { return "-" }
        return shortest == longest ? text(longest) : "\(text(shortest)) to \(text(longest))"
    }

    private static func text(_ seconds: Int64) -> String {
        seconds < 120 ? "\(seconds) s" : seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
    }
}
