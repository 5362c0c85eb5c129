public import SMTP
internal import Files
internal import FoundationEssentials

/// A folder into which sensors put their submissions, by rsync, scp or whatever they have: files that end in `.submission`.
/// What is refused for good is moved into the folder `refused` beside it.
public struct SubmissionFolder: SubmissionSource {
    /// What files of submissions end in.
    public static let suffix = ".submission"

    /// How many refused ones are kept for a look; the others are removed.
    static let mostRefused = 100

    /// How many that came another way are kept until their sensor is known.
    static let mostAside = 1_000

    private let path: String
    private let refused: String
    private let largest: Int

    /// A folder, which is made if it is not there.
    ///
    /// - Parameters:
    ///   - refused: where refused ones are moved to.
    ///   - largest: the largest file that is read, in bytes.
    public init(path: String, refused: String, largest: Int) throws(DocumentFault) {
        self.path = path
        self.refused = refused
        self.largest = largest
        for directory in [path, refused] {
            do {
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            } catch {
                throw DocumentFault(file: directory, line: 0, problem: "cannot be made: check the directory above it")
            }
        }
    }

    /// The files, by name.
    public func waiting(limit: Int) throws(DocumentFault) -> [WaitingSubmission] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw DocumentFault(file: path, line: 0, problem: "cannot be read: check its permissions")
        }
        // A name that begins with a dot is still being transferred.
        let wanted = names.filter { $0.hasSuffix(Self.suffix) && !$0.hasPrefix(".") }.sorted()
        var found: [WaitingSubmission] = []
        for name in wanted where found.count < limit {
            let file = "\(path)/\(name)"
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: file),
                attributes[.type] as? FileAttributeType == .typeRegular
            else { continue }
            let seconds = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            let size = (attributes[.size] as? UInt).map { Int(clamping: $0) } ?? 0
            let isTooLarge = size > largest
            guard let data = isTooLarge ? Data() : FileManager.default.contents(atPath: file) else { continue }
            found.append(
                WaitingSubmission(
                    name: name, arrived: UnixTime(seconds: isTooLarge ? 0 : Int64(exactly: seconds.rounded()) ?? 0),
                    bytes: [UInt8](data)))
        }
        return found
    }

    /// Removes a file, or puts it aside.
    public func settle(_ submission: WaitingSubmission, as outcome: SubmissionOutcome) throws(DocumentFault) {
        let file = "\(path)/\(submission.name)"
        switch outcome {
        case .accepted, .replayed: try? FileManager.default.removeItem(atPath: file)
        case .refused:
            let aside = "\(refused)/\(submission.name)"
            try? FileManager.default.removeItem(atPath: aside)
            if (try? FileManager.default.moveItem(atPath: file, toPath: aside)) == nil {
                try? FileManager.default.removeItem(atPath: file)
            }
            removeOldRefused()
        case .deferred: break
        }
    }

    /// Takes in a document that came another way: among what waits, or among what is refused.
    ///
    /// - Returns: `false` when too many wait already, and this one is dropped.
    func putAside(_ submission: WaitingSubmission, isRefused: Bool) throws(DocumentFault) -> Bool {
        let directory = isRefused ? refused : path
        if !isRefused {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            guard names.count(where: { $0.hasPrefix("stream-") }) < Self.mostAside else { return false }
        }
        var file = try OutputFile(replacing: "\(directory)/\(submission.name)", mode: 0o640)
        try file.write(submission.bytes)
        try file.finish()
        if isRefused { removeOldRefused() }
        return true
    }

    private func removeOldRefused() {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: refused)) ?? []).sorted()
        for name in names.dropLast(Self.mostRefused) {
            try? FileManager.default.removeItem(atPath: "\(refused)/\(name)")
        }
    }
}
