public import Policy
public import SMTP

/// What the mail server says to unknown users, by recipient domain, as far as it was heard.
///
/// Words that its makers gave it are believed at once when nothing was heard before. All others, and words other than
/// those heard before, are believed when three different recipients and clients of two networks have met with them and
/// nobody meanwhile with the old ones: what is said once, or to one client, changes nothing.
public struct GenuineReplyTable: Sendable {
    /// The most recipient domains that are remembered.
    public static let capacity = 1_000

    /// To how many different recipients new words must have been said.
    static let recipients = 3

    /// To clients of how many networks.
    static let networks = 2

    private struct Candidate {
        var reply: GenuineReply
        /// Their hashes of this process: nobody's address is kept.
        var recipients: Set<Int> = []
        var networks: Set<AddressPrefix?> = []
    }

    private struct Entry {
        var learned: GenuineReply?
        var learnedAt = UnixTime(seconds: 0)
        var candidate: Candidate?
    }

    private var entries: [String: Entry] = [:]

    /// An empty table.
    public init() {}

    /// What the mail server says in a domain (folded); `nil` when it was not heard, or not often enough.
    public func reply(for domain: String) -> GenuineReply? { entries[domain]?.learned }

    /// Takes in what another server of the site has found. O(1).
    public mutating func take(_ heard: LearnedReply) {
        makeRoom(for: heard.domain)
        var entry = entries[heard.domain] ?? Entry()
        var reply = heard
        if let learned = entry.learned {
            reply.merge(LearnedReply(domain: heard.domain, reply: learned, time: entry.learnedAt))
        }
        (entry.learned, entry.learnedAt) = (reply.reply, reply.time)
        entries[heard.domain] = entry
    }

    /// Everything that was found. O(domains).
    public var learned: [LearnedReply] {
        entries.compactMap { domain, entry in
            entry.learned.map { LearnedReply(domain: domain, reply: $0, time: entry.learnedAt) }
        }
    }

    // A mail server may have unknown users in any subdomain that a client thinks of: whose turn it is gives way, and a
    // domain that is in use is heard again soon.
    private mutating func makeRoom(for domain: String) {
        if entries[domain] == nil, entries.count >= Self.capacity { entries.remove(at: entries.startIndex) }
    }

    /// Remembers that `mta` has said `reply` to a client of `network` about `recipient`. O(1).
    ///
    /// - Returns: what is believed now that was not before; `nil` where nothing has changed.
    @discardableResult
    public mutating func note(
        _ reply: GenuineReply, by mta: MTA, about recipient: MailAddress, to network: AddressPrefix?, at now: UnixTime
    ) -> LearnedReply? {
        let domain = recipient.foldedDomain
        makeRoom(for: domain)
        var entry = entries[domain] ?? Entry()
        defer { entries[domain] = entry }
        let before = entry.learned
        if before == reply || before == nil && reply.isStandard(for: mta) {
            entry.candidate = nil
            guard before == nil else { return nil }
            (entry.learned, entry.learnedAt) = (reply, now)
            return LearnedReply(domain: domain, reply: reply, time: now)
        }
        var candidate = entry.candidate ?? Candidate(reply: reply)
        if candidate.reply != reply { candidate = Candidate(reply: reply) }
        if candidate.recipients.count < Self.recipients { candidate.recipients.insert(recipient.folded.hashValue) }
        if candidate.networks.count < Self.networks { candidate.networks.insert(network) }
        let isBelieved = candidate.recipients.count >= Self.recipients && candidate.networks.count >= Self.networks
        entry.candidate = isBelieved ? nil : candidate
        guard isBelieved else { return nil }
        (entry.learned, entry.learnedAt) = (reply, now)
        return LearnedReply(domain: domain, reply: reply, time: now)
    }
}
