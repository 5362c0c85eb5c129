internal import Keeping

/// The state of the database, as far as it can be seen next to a running daemon.
public struct StoreReading: Sendable, Hashable {
    /// The file.
    public var path: String
    /// Whether the user running the examination may not read it.
    public var isForbidden = false
    /// Whether there is none yet, and nobody runs who would have made it.
    public var isAbsent = false
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
    /// Whether there is no key though there are hashes.
    public var isKeyMissing = false
    /// Whether argotd runs, and so holds the key that it started with.
    public var isRunning = false
    /// The directory, the database and files beside it that belong to another user than argotd's.
    public var foreign: [String] = []
    /// The user that argotd runs as; empty where it is not known.
    public var owner = ""
    /// What argotd's user may not read or write, and the command that lets it.
    public var barred: [Obstacle] = []
    /// Where the file system takes no writes.
    public var readOnly: String?
    /// Damaged databases that were moved aside.
    public var movedAside: [String]

    /// What bars argotd's user.
    public struct Obstacle: Sendable, Hashable {
        /// The file or directory.
        public var path: String
        /// What the user may not do.
        public var wish: FileReach.Wish
        /// The command.
        public var remedy: String

        /// An obstacle from its parts.
        public init(path: String, wish: FileReach.Wish, remedy: String) {
            self.path = path
            self.wish = wish
            self.remedy = remedy
        }
    }

    /// A reading from its parts.
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
                    "store.forbidden", .warning, at: path, "only argotd's user and root may read it",
                    remedy: ["sudo argot doctor"])
            ]
        }
        if isAbsent {
            found.append(
                Finding("store.absent", .note, at: path, "nothing was kept yet: argotd makes it when it starts"))
        } else if let failure {
            found.append(Finding("store.unreadable", .problem, at: path, failure))
        } else if let damage {
            found.append(
                Finding(
                    "store.damaged", .problem, at: path, "the database is damaged: \(damage)",
                    remedy: ["systemctl restart argotd  # moves it aside and starts a new one"]))
        }
        if let free {
            let needed = max(100 << 20, bytes)
            if free < 10 << 20 {
                found.append(
                    Finding(
                        "store.full", .problem, at: path, "the disk is full: \(free >> 20) MB are free",
                        // Removing from a database takes room itself.
                        remedy: ["argot purge --older-than 7d  # once there is some room: removing needs some itself"]))
            } else if free < needed {
                found.append(
                    Finding(
                        "store.space", .warning, at: path,
                        "only \(free >> 20) MB are free, with a database of \(bytes >> 20) MB",
                        remedy: ["argot purge --older-than 7d"]))
            }
        }
        let key = DataDirectory(of: path).hashingKey
        if let keyFailure {
            found.append(
                Finding(
                    "store.key", .problem, at: key,
                    "argotd continues with a temporary key, and forgets everything at each restart: \(keyFailure)"))
        } else if isKeyMissing {
            found.append(
                Finding(
                    "store.key-missing", .problem, at: key,
                    "the key of all hashes is gone"
                        + (isRunning ? ": argotd continues with the one in memory, and" : ": argotd")
                        + " makes a new one when it starts; greylist, history and journal match only the old one, which "
                        + "a backup may contain"))
        }
        if let readOnly {
            found.append(
                Finding(
                    "store.read-only", .problem, at: readOnly,
                    "the file system is read-only: argotd forgets what it learns at each restart",
                    remedy: ["mount -o remount,rw \"$(findmnt -no TARGET --target \(ShellWord.bare(readOnly)))\""]))
        }
        if !foreign.isEmpty {
            let files = foreign.map(ShellWord.bare).joined(separator: " ")
            found.append(
                Finding(
                    "store.owner", .problem, at: foreign[0],
                    "it does not belong to \(owner), the user that argotd runs as: argotd may not use it",
                    remedy: ["chown \(owner): \(files)", "systemctl restart argotd"]))
        } else if let first = barred.first {
            found.append(
                Finding(
                    "store.permission", .problem, at: first.path,
                    "the user \(owner), which argotd runs as, may not \(first.wish.rawValue) it",
                    remedy: barred.map(\.remedy).reduce(into: []) { lines, line in
                        if !lines.contains(line) { lines.append(line) }
                    } + ["systemctl restart argotd"]))
        }
        if !movedAside.isEmpty {
            found.append(
                Finding(
                    "store.moved-aside", .warning, at: movedAside[0],
                    "the database was found damaged and moved aside: check whether the disk is sound",
                    remedy: ["rm " + movedAside.joined(separator: " ")]))
        }
        if !isAbsent, found.allSatisfy({ $0.severity < .problem }) {
            let room = free.map { ", \($0 >> 20) MB free" } ?? ""
            found.insert(Finding("store", .ok, at: path, "sound, \(bytes >> 10) kB\(room)"), at: 0)
        }
        return found
    }
}
