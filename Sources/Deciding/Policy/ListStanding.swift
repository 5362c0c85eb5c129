import SMTP

/// What stands above a new entry of the administrator's lists, said when it is typed.
public struct ListStanding: Sendable {
    private let policy: PolicyConfiguration

    /// The standing of entries under `policy`, which holds them already.
    public init(_ policy: PolicyConfiguration) {
        self.policy = policy
    }

    /// What keeps denied entries from being refused, a sentence each; empty when nothing does.
    ///
    /// Clients that have logged in are never refused either; that is said where `deny` is described, as no entry tells.
    public func notes(denied entries: [ClientLists.Entry]) -> [String] {
        var notes: [String] = []
        for case .addresses(let block) in entries {
            for trusted in policy.trustedNetworks where trusted.covers(block) {
                notes.append(
                    "\(ClientLists.Entry.addresses(block)) is in trusted_networks (\(trusted)) and is never refused: "
                        + "remove the network there")
            }
            for trusted in policy.trustedNetworks where block.covers(trusted) && block != trusted {
                notes.append("\(trusted) is in trusted_networks and is never refused, although it is in \(block)")
            }
        }
        for entry in entries {
            guard let allowed = first(covering: entry, policy.allowedAddresses, policy.allowedDomains) else { continue }
            notes.append("\(entry) is also allowed (\(allowed)): it is refused, because a deny overrides an allow")
        }
        if policy.mode == .observe, !entries.isEmpty {
            notes.append("mode is observe: refusals are only logged until \"argot mode enforce\"")
        }
        return notes
    }

    /// What keeps allowed entries from being let in, a sentence each; empty when nothing does.
    public func notes(allowed entries: [ClientLists.Entry]) -> [String] {
        entries.compactMap { entry in
            first(covering: entry, policy.deniedAddresses, policy.deniedDomains).map {
                "\(entry) is denied (\($0)), which overrides this: argot deny --remove \($0)"
            }
        }
    }

    /// The first of the blocks or domains that holds all of an entry.
    private func first(covering entry: ClientLists.Entry, _ blocks: [AddressPrefix], _ domains: DomainSet) -> String? {
        switch entry {
        case .addresses(let block):
            blocks.first { $0.covers(block) }.map { ClientLists.Entry.addresses($0).description }
        case .domain(let name): domains.covering(name)
        }
    }
}

extension AddressPrefix {
    /// Whether every address of `other` lies in the block.
    func covers(_ other: AddressPrefix) -> Bool { length <= other.length && contains(other.base) }
}
