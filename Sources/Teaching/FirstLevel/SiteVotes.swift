internal import SenderExchange
internal import SpamTracker

/// What the trusted sites say of the senders of a span of time: each has one vote, and a tie is honest. A site that contradicts
/// most of the others is not heard.
struct SiteVotes {
    /// A sender's votes.
    struct Votes {
        var spam: UInt32 = 0
        var honest: UInt32 = 0
        /// Who says spam; if several do, the last.
        var accuser = -1

        var label: SenderLabel? { spam + honest == 0 ? nil : spam > honest ? .spam : .honest }
    }

    /// A vote on a sender.
    private struct Vote {
        let sender: UInt64
        let site: Int
        let isSpam: Bool
    }

    /// Sites that are not heard, by their place.
    let unheard: Set<Int>

    /// Two sites are compared if they have labelled so many senders in common.
    private static let comparable = 20

    /// Two sites contradict each other if they differ on more than this share of them.
    private static let contradiction = 0.25

    /// How many votes on one sender are compared with each other.
    private static let mostCompared = 64

    private var votes: [UInt64: Votes] = [:]

    /// The votes on senders of the time from `start`. O(labels log labels).
    init(_ sites: [GroupSite], from start: Int64) {
        var cast: [Vote] = []
        for (number, site) in sites.enumerated() where site.isTrusted {
            for label in site.labels(from: start) {
                cast.append(Vote(sender: label.sender, site: number, isSpam: label.isSpam))
            }
        }
        cast.sort { $0.sender != $1.sender ? $0.sender < $1.sender : $0.site < $1.site }
        unheard = Self.outliers(cast)
        for vote in cast where !unheard.contains(vote.site) {
            if vote.isSpam {
                votes[vote.sender, default: Votes()].spam += 1
                votes[vote.sender]?.accuser = vote.site
            } else {
                votes[vote.sender, default: Votes()].honest += 1
            }
        }
    }

    /// The votes on a sender.
    subscript(sender: SenderKey) -> Votes { votes[sender.bits] ?? Votes() }

    /// The sites that contradict more than half of those that they can be compared with, at least two. While most sites are
    /// honest, the others stand out, however well they agree among themselves.
    private static func outliers(_ cast: [Vote]) -> Set<Int> {
        struct Pair: Hashable {
            let one: Int
            let other: Int
        }
        var common: [Pair: (all: Int, different: Int)] = [:]
        var start = 0
        while start < cast.count {
            let ofSender = cast[start...].prefix { $0.sender == cast[start].sender }
            for (place, one) in ofSender.prefix(mostCompared).enumerated() {
                for other in ofSender.prefix(mostCompared).dropFirst(place + 1) {
                    var pair = common[Pair(one: one.site, other: other.site)] ?? (0, 0)
                    pair.all += 1
                    if one.isSpam != other.isSpam { pair.different += 1 }
                    common[Pair(one: one.site, other: other.site)] = pair
                }
            }
            start = ofSender.endIndex
        }
        var compared: [Int: (all: Int, against: Int)] = [:]
        for (pair, count) in common where count.all >= comparable {
            let isAgainst = Double(count.different) > contradiction * Double(count.all)
            for site in [pair.one, pair.other] {
                var sum = compared[site] ?? (0, 0)
                sum.all += 1
                if isAgainst { sum.against += 1 }
                compared[site] = sum
            }
        }
        return Set(compared.filter { $0.value.all > 1 && $0.value.against * 2 > $0.value.all }.keys)
    }
}
