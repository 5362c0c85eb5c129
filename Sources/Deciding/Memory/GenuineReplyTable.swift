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
        var candidate: Candidate?
    }

    private var entries: [String: Entry] = [:]

    /// An empty table.
    public init() {}

    /// What the mail server says in a domain (folded); `nil` when it was not heard, or not often enough.
    public func reply(for domain: String) -> GenuineReply? { entries[domain]?.learned }

    /// Remembers that `mta` has said `reply` to a client of `network` about `recipient`. O(1).
    public mutating func note(
        _ reply: GenuineReply, by mta: MTA, about recipient: MailAddress, to network: AddressPrefix?
    ) {
        let domain = recipient.foldedDomain
        // A mail server may have unknown users in any subdomain that a client thinks of: whose turn it is gives way, and
        // a domain that is in use is heard again soon.
        if entries[domain] == nil, entries.count >= Self.capacity { entries.remove(at: entries.startIndex) }
        var entry = entries[domain] ?? Entry()
        defer { entries[domain] = entry }
        if entry.learned == reply || entry.learned == nil && reply.isStandard(for: mta) {
            entry.learned = reply
            entry.candidate = nil
            return
        }
        var candidate = entry.candidate ?? Candidate(reply: reply)
        if candidate.reply != reply { candidate = Candidate(reply: reply) }
        if candidate.recipients.count < Self.recipients { candidate.recipients.insert(recipient.folded.hashValue) }
        if candidate.networks.count < Self.networks { candidate.networks.insert(network) }
        let isBelieved = candidate.recipients.count >= Self.recipients && candidate.networks.count >= Self.networks
        entry.learned = isBelieved ? reply : entry.learned
        entry.candidate = isBelieved ? nil : candidate
    }
}
