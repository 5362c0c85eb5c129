import FoundationEssentials
import Memory
import Policy
import SMTP

/// What the administrator has changed over the control socket, here or at another server of the site: kept in a file of its
/// own, beside the store, so that it outlives a restart and never touches the configuration.
///
/// A line is `mode observe`, `mode enforce`, `allow ENTRY` or `deny ENTRY`; `#` begins a comment. When and where it was said
/// stands behind it in a comment of its own, `#: allow ENTRY SECONDS SERVER`, by which servers agree; a line that has none
/// was written by hand, and gives way to whatever is said later.
struct RuntimeSettings: Sendable, Hashable {
    /// All that was said.
    private(set) var word = AdministratorWord()

    /// For how long it is remembered that an entry was taken off, in seconds.
    private static let removalLifetime: Int64 = 365 * 86_400

    /// The mode, if it was changed.
    var mode: EnforcementMode? { word.mode?.value }

    /// Who is let in or kept out, in the order in which it was said here. O(n).
    var lists: ClientLists {
        var lists = ClientLists()
        for entry in order {
            switch word.entries[entry]?.value {
            case .allowed: lists.allowed.append(entry)
            case .denied: lists.denied.append(entry)
            case .removed, nil: break
            }
        }
        return lists
    }

    /// The entries, in the order in which they were said here; what was said elsewhere behind it.
    private var order: [ClientLists.Entry] = []

    /// Nothing said.
    init() {}

    /// Sets the mode.
    mutating func set(_ mode: EnforcementMode, at time: UnixTime, by server: ServerID) {
        word.set(mode, at: later(than: word.mode?.time, time), by: server)
    }

    /// Says where entries stand.
    mutating func set(
        _ entries: [ClientLists.Entry], _ standing: AdministratorWord.Standing, at time: UnixTime, by server: ServerID
    ) {
        for entry in entries {
            word.set(entry, standing, at: later(than: word.entries[entry]?.time, time), by: server)
        }
        let named = Set(entries)
        order.removeAll(where: named.contains)
        order += entries
    }

    /// Takes in what was said at another server.
    mutating func merge(_ other: AdministratorWord) {
        word.merge(other)
        let known = Set(order)
        order += other.entries.filter { !known.contains($0.key) }
            .sorted { ($0.value.time, $0.key.description) < ($1.value.time, $1.key.description) }.map(\.key)
    }

    /// What a word said now is dated: later than what it replaces, or a clock that was set back would let the old one stand.
    private func later(than before: UnixTime?, _ time: UnixTime) -> UnixTime {
        before.map { max(time, $0 + 1) } ?? time
    }

    /// What this holds that `other` does not hold.
    func news(since other: RuntimeSettings) -> [SharedFact] {
        var facts: [SharedFact] = []
        if let mode = word.mode, mode != other.word.mode { facts.append(.mode(mode)) }
        for (entry, standing) in word.entries where standing != other.word.entries[entry] {
            facts.append(.standing(entry, standing))
        }
        return facts
    }

    /// The settings that a document holds, and what is wrong with it. A faulty line is skipped.
    static func read(_ text: String, file: String) -> (settings: RuntimeSettings, faults: [DocumentFault]) {
        var dated = AdministratorWord()
        var plain: [(line: Int, words: [Substring], text: Substring)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("#:") {
                read(line.dropFirst(2).split(separator: " "), into: &dated)
            } else if let first = line.split(separator: " ").first, !first.hasPrefix("#") {
                plain.append((index + 1, line.split(separator: " "), line))
            }
        }
        var settings = RuntimeSettings()
        var faults: [DocumentFault] = []
        // What was taken off stands in comments only. What stands in a line is as it says, whenever it was said.
        for (entry, word) in dated.entries where word.value == .removed {
            settings.word.set(entry, word)
            settings.order.append(entry)
        }
        for (number, words, line) in plain {
            let value = words.count == 2 ? String(words[1]) : ""
            // Lines written by hand keep their order.
            let undated = UnixTime(seconds: Int64(number))
            switch words.first {
            case "mode":
                if let mode = EnforcementMode(rawValue: value) {
                    let known = dated.mode.flatMap { $0.value == mode ? $0 : nil }
                    settings.word.set(known ?? Latest(mode, at: undated, by: .nobody))
                    continue
                }
            case "allow", "deny":
                if let entry = ClientLists.Entry(value) {
                    let standing: AdministratorWord.Standing = words[0] == "allow" ? .allowed : .denied
                    let known = dated.entries[entry].flatMap { $0.value == standing ? $0 : nil }
                    settings.word.replace(entry, known ?? Latest(standing, at: undated, by: .nobody))
                    settings.order.removeAll { $0 == entry }
                    settings.order.append(entry)
                    continue
                }
            default: break
            }
            let problem = "\"\(line)\" is not understood: write mode observe|enforce, allow ENTRY or deny ENTRY"
            faults.append(DocumentFault(file: file, line: number, problem: problem))
        }
        return (settings, faults)
    }

    /// Reads the words of a comment; what is none of ours is a comment.
    private static func read(_ words: [Substring], into word: inout AdministratorWord) {
        guard words.count == 4, let seconds = Int64(words[2]), let number = UInt64(words[3], radix: 16) else { return }
        let (time, server) = (UnixTime(seconds: seconds), ServerID(number))
        if words[0] == "mode", let mode = EnforcementMode(rawValue: String(words[1])) {
            word.set(Latest(mode, at: time, by: server))
        } else if let standing = verbs.first(where: { $0.value == words[0] })?.key,
            let entry = ClientLists.Entry(words[1])
        {
            word.set(entry, Latest(standing, at: time, by: server))
        }
    }

    private static let verbs: [AdministratorWord.Standing: String] = [
        .allowed: "allow", .denied: "deny", .removed: "removed",
    ]

    /// The settings as a document, without what was taken off too long before `now`.
    func text(at now: UnixTime) -> String {
        var lines = ["# Written by argotd: argot mode, argot allow and argot deny change it."]
        if let mode { lines.append("mode \(mode.rawValue)") }
        let lists = lists
        lines += lists.allowed.map { "allow \($0)" } + lists.denied.map { "deny \($0)" }
        func note(_ verb: String, _ value: String, _ time: UnixTime, _ server: ServerID) {
            guard server != .nobody else { return }
            lines.append("#: \(verb) \(value) \(time.seconds) \(String(server.number, radix: 16))")
        }
        if let mode = word.mode { note("mode", mode.value.rawValue, mode.time, mode.server) }
        for (entry, said) in word.entries.sorted(by: { $0.key.description < $1.key.description }) {
            if said.value == .removed, said.time.age(at: now) > Self.removalLifetime { continue }
            note(Self.verbs[said.value] ?? "", entry.description, said.time, said.server)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The policy with these settings on top.
    func applied(to policy: PolicyConfiguration) -> PolicyConfiguration {
        var policy = policy
        if let mode { policy.mode = mode }
        let lists = lists
        policy.allowedAddresses += ClientLists.addresses(lists.allowed)
        policy.allowedDomains.formUnion(ClientLists.domains(lists.allowed))
        policy.deniedAddresses += ClientLists.addresses(lists.denied)
        policy.deniedDomains.formUnion(ClientLists.domains(lists.denied))
        return policy
    }
}
