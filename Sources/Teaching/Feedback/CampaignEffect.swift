private import Glibc
public import SMTP

/// What came of the lies told to one campaign: whether it has stopped asking for the recipients that it was told do not
/// exist (B@bel, section 6.2).
///
/// A campaign mails a recipient at some rate. When it goes on elsewhere but asks for that recipient no more, the silence is
/// either chance or an address list that was cleaned.
public struct CampaignEffect: Sendable, Hashable {
    /// What it is known by.
    public let campaign: Campaign

    /// How many messages, one for each recipient, came of it in all, and for how many recipients.
    public internal(set) var messages = 0, recipients = 0

    /// When it was first seen, t_b, and last, whomever it wrote to, t_e.
    public internal(set) var firstSeen, lastSeen: UnixTime

    /// When it was first lied to, t_f.
    public internal(set) var firstLie: UnixTime

    /// About how many recipients it was lied to.
    public internal(set) var liedAbout = 0

    /// How many messages those recipients had from it before t_f, n of the paper.
    public internal(set) var beforeFirstLie = 0

    /// How often it asked for them, each before the first lie about it; only recipients that it had asked for before count.
    public internal(set) var asked = 0

    /// How often it would have asked for those since, each since the lie about it, had it gone on as before.
    public internal(set) var expected = 0.0

    /// How often it has.
    public internal(set) var askedSince = 0

    /// How many recipients it had asked for before, was lied to about, and has not asked for since, though it went on; how
    /// many messages those had before.
    public internal(set) var silent = 0, silentMessages = 0

    init(_ campaign: Campaign, firstSeen: UnixTime, lastSeen: UnixTime, firstLie: UnixTime) {
        self.campaign = campaign
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.firstLie = firstLie
    }

    /// Whether it has not come back to any recipient that it was lied to about, though it might have.
    public var hasStopped: Bool { askedSince == 0 && expected > 0 }

    /// P_c as published, with the second as its unit: 1 - (1 - n/(t_f - t_b))^(t_e - t_f), 0...1. The probability that the
    /// silence is no chance, if there is silence: see ``hasStopped``.
    ///
    /// `nil` where the formula has no meaning: without a message or time before the lie, or with more than a message a
    /// second.
    public var publishedConfidence: Double? {
        let (known, after) = (Double(firstLie - firstSeen), Double(lastSeen - firstLie))
        guard beforeFirstLie > 0, known > 0, after >= 0 else { return nil }
        let rate = Double(beforeFirstLie) / known
        guard rate < 1 else { return rate == 1 ? (after > 0 ? 1 : 0) : nil }
        return -expm1(after * log1p(-rate))
    }

    /// P_c in its limit for small units of time, which does not depend on the unit: 1 - exp(-n (t_e - t_f)/(t_f - t_b)).
    public var stableConfidence: Double? {
        let (known, after) = (Double(firstLie - firstSeen), Double(lastSeen - firstLie))
        guard beforeFirstLie > 0, known > 0, after >= 0 else { return nil }
        return -expm1(-Double(beforeFirstLie) * after / known)
    }

    /// The stable P_c with two extensions, 0...1: recipients were lied about at different times, and a campaign may come back
    /// less often than it would have. The probability that a Poisson count with the expected mean is larger than what came;
    /// 0 without a rate. O(requests since).
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

    /// How often it asks since the lies for every time that it would have, with an interval of 95 %; `nil` without a rate.
    public var ratio: RateRatio? {
        expected > 0 ? RateRatio(before: asked, since: askedSince, exposure: expected / Double(asked)) : nil
    }
}
