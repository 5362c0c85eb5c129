internal import FoundationEssentials

/// The files that argotd keeps in `data_directory`, by name.
public struct DataDirectory: Hashable, Sendable {
    /// The directory.
    public let path: String

    /// The directory at `path`.
    public init(_ path: String) {
        self.path = path
    }

    /// The directory that holds `file`.
    public init(of file: String) {
        path = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    }

    /// Verdicts, greylist, histories, lies, counts of senders.
    public var database: String { path + "/argot.sqlite" }

    /// The key that addresses are hashed with.
    public var hashingKey: String { path + "/hashing.key" }

    /// What `argot mode`, `allow` and `deny` have changed.
    public var settings: String { path + "/runtime.conf" }

    /// The number by which the other servers of a site know this one.
    public var serverID: String { path + "/server.id" }

    /// What was learned of senders.
    public var senderModel: String { path + "/senders.model" }

    /// What of that is not learned again.
    public var senderBase: String { path + "/senders.base" }

    /// The key that this site signs what it submits to a group of sites with.
    public var signingKey: String { path + "/signing.key" }

    /// The key under which the sites of a group name senders.
    public var groupKey: String { path + "/group.key" }

    /// How far this site's counts were submitted.
    public var submissionProgress: String { path + "/senders.submitted" }

    /// The last good snapshot of a group.
    public var senderSnapshot: String { path + "/senders.snapshot" }

    /// Since when model and traps decide.
    public var decisionAge: String { path + "/decision.seen" }

    /// Which share of the recipients that clients ask for does not exist.
    public var requestShares: String { path + "/lies.share" }

    /// What `argot teach` has taught.
    public var models: String { path + "/models" }

    /// What it has learned of this site's dialects.
    public var siteDialects: String { models + "/site.dialects" }

    /// The envelope model that it has put in force.
    public var envelopeModel: String { models + "/envelopes.model" }

    /// Whether the directory is there, as far as one may look, and no database in it.
    public var isEmpty: Bool {
        let files = FileManager.default
        return files.isExecutableFile(atPath: path) && !files.fileExists(atPath: database)
    }

    /// Whether nothing was ever kept here, as far as one may look: there is no database, and perhaps no directory yet.
    public var isUntouched: Bool {
        let files = FileManager.default
        guard !files.fileExists(atPath: database) else { return false }
        // The nearest directory that is there says whether one may look.
        var nearest = path[...]
        while !nearest.isEmpty, !files.fileExists(atPath: String(nearest)) {
            nearest = nearest.lastIndex(of: "/").map { nearest[..<$0] } ?? ""
        }
        return files.isExecutableFile(atPath: nearest.isEmpty ? path.hasPrefix("/") ? "/" : "." : String(nearest))
    }

    /// Databases that were damaged and moved aside, their logs too, by name. O(files in the directory).
    public var movedAside: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix("argot.sqlite.corrupt-") }.sorted().map { "\(path)/\($0)" }
    }

    /// Where a damaged database is moved to at a time; `number` tells several of one second apart.
    public static func moved(_ database: String, at seconds: Int64, number: Int) -> String {
        "\(database).corrupt-\(seconds)" + (number > 1 ? "-\(number)" : "")
    }

    /// Removes `files`; returns those that were there.
    public static func remove(_ files: [String]) -> [String] {
        files.filter { (try? FileManager.default.removeItem(atPath: $0)) != nil }
    }
}
