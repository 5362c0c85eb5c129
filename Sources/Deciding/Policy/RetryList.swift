public import SMTP

/// Honest senders that retry badly: from another address, never, or too late. A temporary refusal loses their mail.
///
/// A client is found by its address or by its *verified* name, never by what it says of itself. One entry a line:
///
///     .amazonses.com   elsewhere   every attempt from another server (where the public may read it)
///     192.0.2.0/24     never       the device has no queue (…)
///
/// `#` begins a comment. A domain stands for itself and, with a dot in front, for everything below it.
public struct RetryList: Sendable, Hashable {
    /// What becomes of a message that was refused temporarily.
    public enum Habit: String, Sendable, Hashable, CaseIterable {
        /// It is sent again from another address.
        case elsewhere

        /// It is not sent again.
        case never

        /// It is sent again when the greylist has forgotten it.
        case late
    }

    /// A line of the list.
    public struct Entry: Sendable, Hashable {
        /// Who it is about.
        public let client: ClientLists.Entry

        /// What becomes of a message that was refused.
        public let habit: Habit

        /// Why it is so, and where that can be read.
        public let reason: String
    }

    /// The most entries of a document.
    public static let maximumEntries = 10_000

    /// The entries, in the document's order.
    public let entries: [Entry]

    private let domains: DomainSet
    /// The networks by the number of leading bits that they share.
    private let networks: [Int: Set<AddressPrefix>]

    /// A list of nobody.
    public static let none = RetryList([])

    /// The list that Argot ships.
    public static let shipped: RetryList = {
        let text = String(decoding: PackageResources.retries_badly, as: UTF8.self)
        do throws(Faults) {
            return try RetryList(document: text, file: "built-in retries-badly")
        } catch {
            // The tests read the shipped document; a broken one cannot leave the build.
            preconditionFailure(error.description)
        }
    }()

    /// All faults of a document.
    public struct Faults: Error, Hashable, Sendable, CustomStringConvertible {
        /// The faults in the order of the lines; never empty.
        public let faults: [DocumentFault]

        /// The given faults.
        public init(_ faults: [DocumentFault]) { self.faults = faults }

        /// One fault a line, as `file:line: problem`.
        public var description: String { faults.map(\.description).joined(separator: "\n") }
    }

    /// The list of the given entries.
    public init(_ entries: [Entry]) {
        self.entries = entries
        let clients = entries.map(\.client)
        domains = DomainSet(ClientLists.domains(clients))
        networks = Dictionary(grouping: ClientLists.addresses(clients), by: \.length).mapValues(Set.init)
    }

    /// Reads a document. O(its length).
    ///
    /// - Throws: every line that is not an entry, with its place and what to write instead.
    public init(document: String, file: String) throws(Faults) {
        var entries: [Entry] = []
        var faults: [DocumentFault] = []
        for (number, line) in document.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(maxSplits: 2, omittingEmptySubsequences: true) {
                $0 == " " || $0 == "\t" || $0 == "\r"
            }
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            func fault(_ problem: String) {
                faults.append(DocumentFault(file: file, line: number + 1, problem: problem))
            }
            guard let client = ClientLists.Entry(first) else {
                fault(ClientLists.Entry.problem(with: String(first)))
                continue
            }
            guard words.count == 3, let habit = Habit(rawValue: String(words[1])) else {
                fault(
                    "\"\(first)\" lacks how it retries and why: write \"\(first) elsewhere|never|late REASON\"")
                continue
            }
            guard entries.count < Self.maximumEntries else {
                fault("more than \(Self.maximumEntries) entries: merge networks, or name domains")
                break
            }
            entries.append(Entry(client: client, habit: habit, reason: String(words[2])))
        }
        guard faults.isEmpty else { throw Faults(faults) }
        self.init(entries)
    }

    /// Whether the list holds a client. O(labels of the name + different lengths of networks).
    ///
    /// - Parameters:
    ///   - client: its address.
    ///   - verifiedName: the name that leads from its address and back to it, in lower case; empty without one.
    public func contains(client: ClientAddress, verifiedName: String) -> Bool {
        if !verifiedName.isEmpty, domains.contains(verifiedName) { return true }
        return networks.contains { length, blocks in
            length <= client.family.width && blocks.contains(AddressPrefix(containing: client, length: length))
        }
    }
}
