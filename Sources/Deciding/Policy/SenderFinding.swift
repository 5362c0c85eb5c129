/// What a verdict needs of a sender's score: whom it writes to, held against whom spammers write to.
public struct SenderFinding: Sendable, Hashable {
    /// Probability that the sender sends spam, 0...1.
    public var probability: Double

    /// How much the targets tell, 0...1; it grows with the number of distinct domains.
    public var confidence: Double

    /// The spam cluster whose targets the sender's resemble most; `nil` for none.
    public var cluster: Int?

    /// How many distinct domains the sender writes to.
    public var domains: Int

    /// The age of the scores, in seconds.
    public var age: Int64

    /// Whether a group of sites says so (`senders_snapshot`), and not this site's own counts.
    public var isShared = false

    /// A finding of its parts.
    public init(
        probability: Double, confidence: Double, cluster: Int?, domains: Int, age: Int64, isShared: Bool = false
    ) {
        self.probability = probability
        self.confidence = confidence
        self.cluster = cluster
        self.domains = domains
        self.age = age
        self.isShared = isShared
    }
}

extension SenderFinding: CustomStringConvertible {
    /// The finding as logs and the journal show it: `p=0.97,confidence=0.60,cluster=3,domains=4,age=120s`, with `,shared`
    /// behind it where a group of sites says so.
    public var description: String {
        "p=\(Self.two(probability)),confidence=\(Self.two(confidence)),cluster=\(cluster.map(String.init) ?? "-"),"
            + "domains=\(domains),age=\(age)s" + (isShared ? ",shared" : "")
    }

    private static func two(_ share: Double) -> String {
        let hundredths = Int((min(max(share, 0), 1) * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
