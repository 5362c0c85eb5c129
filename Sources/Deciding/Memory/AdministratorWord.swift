public import Policy
public import SMTP

/// What the administrator has said at any of several servers: the mode, and who is let in or kept out. The latest word on
/// each holds everywhere.
public struct AdministratorWord: Mergeable {
    /// Where an entry stands.
    public enum Standing: String, Hashable, Sendable {
        /// Whoever it covers is let in.
        case allowed

        /// Whoever it covers is kept out.
        case denied

        /// It was taken off the lists, which is remembered as long as others may still hold it.
        case removed
    }

    /// The mode; `nil` while the configuration decides.
    public private(set) var mode: Latest<EnforcementMode>?

    /// Each entry that was ever named.
    public private(set) var entries: [ClientLists.Entry: Latest<Standing>] = [:]

    /// Nothing said.
    public init() {}

    /// Sets the mode.
    public mutating func set(_ mode: EnforcementMode, at time: UnixTime, by server: ServerID) {
        let word = Latest(mode, at: time, by: server)
        self.mode = self.mode?.merged(word) ?? word
    }

    /// Says where an entry stands.
    public mutating func set(_ entry: ClientLists.Entry, _ standing: Standing, at time: UnixTime, by server: ServerID) {
        let word = Latest(standing, at: time, by: server)
        entries[entry] = entries[entry]?.merged(word) ?? word
    }

    /// Takes a word on the mode.
    public mutating func set(_ word: Latest<EnforcementMode>) { mode = mode?.merged(word) ?? word }

    /// Takes a word on an entry.
    public mutating func set(_ entry: ClientLists.Entry, _ word: Latest<Standing>) {
        entries[entry] = entries[entry]?.merged(word) ?? word
    }

    /// Puts a word on an entry in the place of whatever was said.
    public mutating func replace(_ entry: ClientLists.Entry, _ word: Latest<Standing>) { entries[entry] = word }

    /// Takes in what was said elsewhere. O(entries).
    public mutating func merge(_ other: AdministratorWord) {
        if let word = other.mode { mode = mode?.merged(word) ?? word }
        entries.merge(other.entries) { $0.merged($1) }
    }

    /// The lists as they stand, in the order in which entries were named. O(n log n).
    public var lists: ClientLists {
        var lists = ClientLists()
        let named = entries.sorted { ($0.value.time, $0.key.description) < ($1.value.time, $1.key.description) }
        for (entry, word) in named {
            switch word.value {
            case .allowed: lists.allowed.append(entry)
            case .denied: lists.denied.append(entry)
            case .removed: break
            }
        }
        return lists
    }
}
