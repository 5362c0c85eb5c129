/// What a sender's behaviour is reduced to before it is calibrated. Each is a log odds ratio or a logarithm, so that a
/// weight of 1 on the first two would be naive Bayes.
public struct ScoreFeatures: Hashable, Sendable {
    /// Average weight of evidence of the recipient domains: above 0, more like the spammers' choice than the site's.
    public var targets = 0.0

    /// How much better the spam clusters explain the domains *together* than one by one, as a log likelihood ratio;
    /// 0 for senders to one domain.
    public var together = 0.0

    /// log2 of the mails per domain, at most 3. People come back to whom they wrote, bots seldom.
    public var repeats = 0.0

    /// log of the number of distinct domains.
    public var breadth = 0.0

    /// The weight of evidence of the sender's and its networks' past.
    public var history = 0.0

    /// The features in the order in which models list their weights.
    var values: [Double] { [targets, together, repeats, breadth, history] }

    static let names = ["targets", "together", "repeats", "breadth", "history"]

    init() {}

    init(values: [Double]) {
        targets = values[0]
        together = values[1]
        repeats = values[2]
        breadth = values[3]
        history = values[4]
    }
}
