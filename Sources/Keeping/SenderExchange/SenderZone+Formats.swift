internal import SMTP

extension SenderZone {
    /// A form in which other programs read lists of addresses.
    public enum Format: String, Sendable, CaseIterable {
        /// rbldnsd's `ip4set`.
        case rbldnsd4

        /// rbldnsd's `ip6trie`.
        case rbldnsd6

        /// A script of `nft -f`, which changes two sets in one step.
        case nft

        /// A script of `ipset restore`, which swaps two sets in.
        case ipset
    }

    /// How many addresses stand on a line, where several may.
    private static let perLine = 200

    /// What comes first in a zone's file, by which it is known again, and how many lines follow.
    public static let mark = "argot-senders-zone"

    /// The text of a file. It depends on the entries alone, not on the snapshot's number: while they are the same, so is
    /// the file. O(entries log entries).
    ///
    /// - Parameters:
    ///   - name: what the table or the sets are called, where they have names.
    ///   - ttl: how long answers may be kept, in seconds.
    ///   - part: the number of a part of the zone, below `parts`; only what belongs to it is written.
    public func text(
        _ format: Format, name: String = "argot", ttl: Int64 = 900, part: Int = 0, of parts: Int = 1
    ) -> String {
        let mine = parts > 1 ? entries.filter { $0.part(of: parts) == part } : entries
        let v4 = mine.filter { $0.network.base.family == .ipv4 }
        let v6 = mine.filter { $0.network.base.family == .ipv6 }
        switch format {
        case .rbldnsd4: return Self.rbldnsd(v4, ttl) { "\($0.network.base)" }
        case .rbldnsd6: return Self.rbldnsd(v6, ttl) { "\($0.network)" }
        case .nft: return nft(v4, v6, name)
        case .ipset: return ipset(v4, v6, name)
        }
    }

    private static func head(_ count: Int) -> String {
        "# \(mark) \(count) entries, made by argot senders export\n"
    }

    /// Entries of one answer stand below it: a tenth of the length, and read in half the time.
    private static func rbldnsd(_ entries: [Entry], _ ttl: Int64, _ key: (Entry) -> String) -> String {
        var text = head(entries.count) + "$TTL \(ttl)\n"
        let answers = Dictionary(grouping: entries) { "127.0.0.\($0.scoreClass):\($0.reason)" }
        for (answer, entries) in answers.sorted(by: { $0.key < $1.key }) {
            text += ":\(answer)\n"
            for entry in entries { text += "\(key(entry))\n" }
        }
        return text
    }

    private func nft(_ v4: [Entry], _ v6: [Entry], _ name: String) -> String {
        var text = Self.head(entries.count) + "add table inet \(name)\n"
        text += "add set inet \(name) senders4 { type ipv4_addr; }\n"
        text += "add set inet \(name) senders6 { type ipv6_addr; flags interval; }\n"
        for (set, entries) in [("senders4", v4), ("senders6", v6)] {
            text += "flush set inet \(name) \(set)\n"
            for start in stride(from: 0, to: entries.count, by: Self.perLine) {
                let list = entries[start..<min(start + Self.perLine, entries.count)].map {
                    set == "senders4" ? "\($0.network.base)" : "\($0.network)"
                }
                text += "add element inet \(name) \(set) { \(list.joined(separator: ", ")) }\n"
            }
        }
        return text
    }

    private func ipset(_ v4: [Entry], _ v6: [Entry], _ name: String) -> String {
        var text = Self.head(entries.count)
        for (set, family, entries) in [("\(name)4", "inet", v4), ("\(name)6", "inet6", v6)] {
            // Sets grow in powers of two; a set that takes the place of another must be of the same kind.
            let kind = family == "inet" ? "hash:ip" : "hash:net"
            for one in [set, "\(set)-new"] {
                text += "create \(one) \(kind) family \(family) maxelem 4194304 -exist\n"
            }
            text += "flush \(set)-new\n"
            for entry in entries {
                text += "add \(set)-new \(family == "inet" ? "\(entry.network.base)" : "\(entry.network)")\n"
            }
            text += "swap \(set)-new \(set)\ndestroy \(set)-new\n"
        }
        return text
    }

    /// How many entries a file says that it has; `nil` for what is no file of these.
    public static func count(in text: some StringProtocol) -> Int? {
        guard let line = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first else {
            return nil
        }
        let words = line.split(separator: " ")
        guard words.count > 2, words[0] == "#", words[1] == mark else { return nil }
        return Int(words[2])
    }
}
