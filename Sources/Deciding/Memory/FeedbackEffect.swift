private import Glibc
import Policy
public import SMTP

/// What came of the lies told to the senders of one campaign: whether they have stopped asking for the recipients that
/// they were told do not exist (B@bel, section 6).
///
/// A campaign mails a recipient at some rate. When it goes on elsewhere but asks for that recipient no more, the silence
/// is either chance or an address list that was cleaned. The paper gives the probability that it is no chance,
/// `1 - (1 - n/(t_f - t_b))^(t_e - t_f)`; this is its limit for small units of time, which does not depend on the unit,
/// summed over recipients that were lied about at different times, and extended to campaigns that come back less often
/// than they would have.
public struct FeedbackEffect: Sendable, Hashable {
    /// What the campaign is known by.
    public let campaign: String

    /// When it was first seen, t_b.
    public let firstSeen: UnixTime

    /// When it was last seen, whomever it wrote to, t_e.
    public let lastSeen: UnixTime

    /// How many recipients it was lied to about.
    public private(set) var recipients = 0

    /// When it was first lied to, t_f of the first recipient; `nil` before.
    public private(set) var firstLie: UnixTime?

    /// How often it asked for them before it was lied to about them, n.
    public private(set) var asked = 0

    /// How often it would have asked for them since, had it gone on as before.
    public private(set) var expected = 0.0

    /// How often it has.
    public private(set) var askedSince = 0

    /// Nothing known yet of a campaign that was seen between two times.
    public init(campaign: String, firstSeen: UnixTime, lastSeen: UnixTime) {
        self.campaign = campaign
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }

    /// Adds a recipient: when the campaign was first lied to about it, and how often it asked for it before and since.
    ///
    /// A recipient that it had not asked for before has no rate, and does not count as one that it left.
    public mutating func add(liedAt time: UnixTime, asked before: Int, askedSince since: Int) {
        recipients += 1
        firstLie = min(firstLie ?? time, time)
        let known = time - firstSeen
        guard before > 0, known > 0 else { return }
        asked += before
        askedSince += since
        expected += Double(before) * Double(max(0, lastSeen - time)) / Double(known)
    }

    /// The probability that fewer requests than expected are no chance, 0...1: that a Poisson count with the expected mean
    /// would be larger than what came. Without a single request since, that is the paper's P_c. 0 without a rate.
    public var confidence: Double {
        guard expected > 0 else { return 0 }
        // The sum of the probabilities of 0...askedSince, each from its logarithm: the mean may be large.
        var below = 0.0
        var logarithm = -expected
        for count in 0...askedSince {
            if count > 0 { logarithm += log(expected / Double(count)) }
            below += exp(logarithm)
        }
        return max(0, 1 - below)
    }
}
