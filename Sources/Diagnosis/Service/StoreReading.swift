/// How the database is, as far as can be seen beside a running daemon.
public struct StoreReading: Sendable, Hashable {
    /// The file.
    public var path: String
    /// Whether whoever looks may not look.
    public var isForbidden = false
    /// Why it cannot be opened; `nil` when it can.
    public var failure: String?
    /// What is damaged, in SQLite's words; `nil` when nothing is.
    public var damage: String?
    /// Its size in bytes.
    public var bytes: Int64
    /// The free space beside it in bytes; `nil` where it is not known.
    public var free: Int64?
    /// Why the key of the keyed hashes cannot be used; `nil` when it can, or is not made yet.
    public var keyFailure: String?
    /// Files beside the database, and itself, that belong to another user than their directory.
    public var foreign: [String] = []
    /// The user that the directory belongs to.
    public var owner = ""
    /// Damaged databases that were moved aside.
    public var movedAside: [String]

    /// A reading of its parts.
    public init(
        path: String, failure: String? = nil, damage: String? = nil, bytes: Int64 = 0, free: Int64? = nil,
        movedAside: [String] = []
    ) {
        self.path = path
        self.failure = failure
        self.damage = damage
        self.bytes = bytes
        self.free = free
        self.movedAside = movedAside
    }

    /// The findings.
    public var findings: [Finding] {
        var found: [Finding] = []
        if isForbidden {
            return [
                Finding(
                    "store.forbidden", .warning, at: path, "only argotd's user and root may look at it",
                    remedy: ["sudo argot doctor"])
            ]
        }
        if let failure {
            found.append(Finding("store.unreadable", .problem, at: path, failure))
        } else if let damage {
            found.append(
                Finding(
                    "store.damaged", .problem, at: path, "the database is damaged: \(damage)",
                    remedy: ["systemctl restart argotd (moves it aside and begins a new one)"]))
        }
        if let free {
            let needed = max(100 << 20, bytes)
            if free < 10 << 20 {
                found.append(
                    Finding(
                        "store.full", .problem, at: path, "the disk is full: \(free >> 20) MB are free",
                        // Removing from a database takes room itself.
                        remedy: ["free disk space; then shorten journal_retention, or: argot purge --older-than 7d"]))
            } else if free < needed {
                found.append(
                    Finding(
                        "store.space", .warning, at: path,
                        "\(free >> 20) MB are free beside a database of \(bytes >> 20) MB",
                        remedy: ["free disk space", "or shorten journal_retention, or: argot purge --older-than 7d"]))
            }
        }
        if let keyFailure {
            found.append(
                Finding(
                    "store.key", .problem, at: path,
                    "argotd goes on with a key of its own, and forgets with each restart: \(keyFailure)"))
        }
        if !foreign.isEmpty {
            found.append(
                Finding(
                    "store.owner", .problem, at: foreign[0],
                    "it does not belong to \(owner), as its directory does: argotd cannot use it",
                    remedy: ["chown \(owner): " + foreign.joined(separator: " "), "systemctl restart argotd"]))
        }
        if !movedAside.isEmpty {
            found.append(
                Finding(
                    "store.moved-aside", .warning, at: movedAside[0],
                    "the database was damaged once and moved aside: see whether the disk is sound",
                    remedy: ["rm " + movedAside.joined(separator: " ")]))
        }
        if found.allSatisfy({ $0.severity < .problem }) {
            let room = free.map { ", \($0 >> 20) MB free" } ?? ""
            found.insert(Finding("store", .ok, at: path, "sound, \(bytes >> 10) kB\(room)"), at: 0)
        }
        return found
    }
}
