/// What a group of sites thinks of a sender, worked out: a line of its list. Eighteen bytes.
public struct ListedSender: Hashable, Sendable {
    /// The sender, as the list names it.
    public let sender: SenderKey

    /// Probability of spam in thousandths, 0...1000.
    public let probability: UInt16

    /// How much its targets tell, in hundredths, 0...100.
    public let confidence: UInt8

    /// How many recipient domains it wrote to.
    public let domains: UInt16

    /// How many sites it wrote to.
    public let sites: UInt16

    /// The cluster whose targets its own resemble most; `nil` for none.
    public let cluster: UInt16?

    /// A line of its parts; what is out of range is brought into it.
    public init(
        sender: SenderKey, probability: UInt16, confidence: UInt8, domains: UInt16, sites: UInt16, cluster: UInt16?
    ) {
        self.sender = sender
        self.probability = min(probability, 1_000)
        self.confidence = min(confidence, 100)
        self.domains = domains
        self.sites = sites
        self.cluster = cluster
    }

    /// The line of a score.
    public init(_ score: SenderScore, of sender: SenderKey, sites: Int) {
        self.init(
            sender: sender, probability: UInt16((min(max(score.probability, 0), 1) * 1_000).rounded()),
            confidence: UInt8((min(max(score.confidence, 0), 1) * 100).rounded()),
            domains: UInt16(clamping: score.domainCount), sites: UInt16(clamping: sites),
            cluster: score.cluster.flatMap { UInt16(exactly: $0) })
    }
}

/// A list of senders, ascending; looked up by binary search. Immutable.
public struct ListedSenders: Sendable {
    /// The lines.
    public let lines: [ListedSender]

    /// A list of lines in any order; of several on one sender the first counts. O(n log n).
    public init(_ lines: some Sequence<ListedSender> = []) {
        var kept: [ListedSender] = []
        // Swift's sort is stable: of equal ones the first stays first.
        for line in lines.sorted(by: { $0.sender < $1.sender }) where kept.last?.sender != line.sender {
            kept.append(line)
        }
        self.lines = kept
    }

    /// What the list says of a sender; `nil` for nothing. O(log n).
    public subscript(sender: SenderKey) -> ListedSender? {
        var (low, high) = (0, lines.count)
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].sender < sender { low = middle + 1 } else { high = middle }
        }
        return low < lines.count && lines[low].sender == sender ? lines[low] : nil
    }
}
