internal import SenderExchange
internal import SpamTracker

/// What the trusted sites say of the senders of a span of time: each has one vote, and a tie is honest.
struct SiteVotes {
    /// A sender's votes.
    struct Votes {
        var spam: UInt32 = 0
        var honest: UInt32 = 0
        /// Who says spam; if several do, the last.
        var accuser = -1

        var label: SenderLabel? { spam + honest == 0 ? nil : spam > honest ? .spam : .honest }
    }

    private var votes: [UInt64: Votes] = [:]

    /// The votes on senders of the time from `start`. O(labels).
    init(_ sites: [GroupSite], from start: Int64) {
        for (number, site) in sites.enumerated() where site.isTrusted {
            for label in site.labels(from: start) {
                var votes = votes[label.sender] ?? Votes()
                if label.isSpam {
                    votes.spam += 1
                    votes.accuser = number
                } else {
                    votes.honest += 1
                }
                self.votes[label.sender] = votes
            }
        }
    }

    /// The votes on a sender.
    subscript(sender: SenderKey) -> Votes { votes[sender.bits] ?? Votes() }
}
