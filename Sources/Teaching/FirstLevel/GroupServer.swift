public import Files
internal import FoundationEssentials
public import SMTP
public import SenderExchange
public import Signing
public import Spectral

/// A first-level server: takes submissions in, and publishes what they come to.
public struct GroupServer {
    /// What people should hear.
    public struct News: Hashable, Sendable {
        /// Whom or what it is about: a sensor's name, or a file's.
        public let subject: String

        /// What happened.
        public let text: String
    }

    /// What happened to what waited.
    public struct Intake: Hashable, Sendable {
        /// How many were accepted.
        public var accepted = 0

        /// How many were there already.
        public var replayed = 0

        /// How many were refused for good.
        public var refused = 0

        /// How many may still become good.
        public var deferred = 0

        /// What people should hear, that they were not told before.
        public var news: [News] = []

        /// Nothing yet.
        public init() {}

        /// Adds what came from another source.
        public static func += (sum: inout Intake, more: Intake) {
            sum.accepted += more.accepted
            sum.replayed += more.replayed
            sum.refused += more.refused
            sum.deferred += more.deferred
            sum.news += more.news
        }
    }

    /// How long a document that is not whole may still be on its way, in seconds.
    static let patience: Int64 = 3_600

    /// How many documents are looked at in one go.
    private static let atOnce = 64

    private let roster: SensorRoster
    private let options: GroupOptions
    private let group: UInt64
    private let key: SigningKey
    private var archive: SubmissionArchive
    /// What a snapshot is computed of, told apart; `nil` until it is asked for, and after something has changed.
    private var input: PayloadDigest?
    /// What was said once, by sensor or file and the kind of fault.
    private var said: Set<String> = []

    /// Opens a server's files.
    ///
    /// - Parameters:
    ///   - directory: where accepted submissions are kept.
    ///   - group: by which key senders are named; a submission of another group is refused.
    ///   - key: signs snapshots.
    ///   - tell: takes what is wrong with what is kept.
    public init(
        directory: String, roster: SensorRoster, group: UInt64, key: SigningKey, options: GroupOptions, now: UnixTime,
        tell: (DocumentFault) -> Void
    ) throws(DocumentFault) {
        self.roster = roster
        self.group = group
        self.key = key
        self.options = options
        archive = try SubmissionArchive(directory: directory, keys: roster.keys, now: now, tell: tell)
    }

    /// Takes the right to a server's directory, which one process has at a time.
    ///
    /// - Throws: also when another process works there, which is named.
    public static func lock(directory: String) throws(DocumentFault) -> ProgramDirectory.Lock {
        guard (try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)) != nil
        else { throw DocumentFault(file: directory, line: 0, problem: "cannot be made: check the directory above it") }
        let place = ProgramDirectory(directory)
        guard let lock = try place.lock("serve.lock") else {
            let holder = place.holder(of: "serve.lock").map { "process \($0)" } ?? "another process"
            throw DocumentFault(
                file: directory, line: 0,
                problem: "argot senders serve works here already (\(holder)): end it, or use another directory")
        }
        return lock
    }

    /// How many submissions were ever accepted: the number that the next snapshot has.
    public var sequence: UInt64 { archive.count }

    /// Takes in what waits.
    public mutating func takeIn(_ source: inout some SubmissionSource, now: UnixTime) throws(DocumentFault) -> Intake {
        var intake = Intake()
        var skipped: Set<String> = []
        while true {
            let waiting = try source.waiting(limit: Self.atOnce + skipped.count).filter { !skipped.contains($0.name) }
            for news in source.takeNews() { say(news.subject, news.kind, news.text, &intake) }
            guard !waiting.isEmpty else { return intake }
            for document in waiting {
                let outcome = try take(document, now: now, &intake)
                switch outcome {
                case .accepted: intake.accepted += 1
                case .replayed: intake.replayed += 1
                case .refused: intake.refused += 1
                case .deferred: intake.deferred += 1
                }
                skipped.insert(document.name)
                try source.settle(document, as: outcome)
            }
        }
    }

    private mutating func take(
        _ waiting: WaitingSubmission, now: UnixTime, _ intake: inout Intake
    ) throws(DocumentFault) -> SubmissionOutcome {
        let document: SignedDocument
        do {
            document = try SignedDocument(
                waiting.bytes, kind: SenderSubmission.kind, keys: roster.keys, limit: SenderSubmission.largest, now: now
            )
        } catch {
            // Who signed is only claimed here: an unproven name speaks for nobody, so it is the file that is named.
            let outcome = Self.outcome(of: error, age: waiting.arrived.age(at: now))
            if outcome == .refused || !Self.mayBeUnderWay(error) {
                let claim = SignedDocument.claimedSigner(of: waiting.bytes).map { "\($0)" } ?? waiting.name
                say(claim, error.kind, "\(waiting.name) \(error)", &intake)
            }
            return outcome
        }
        let header = document.header
        guard let sensor = roster[header.signer] else { return .refused }
        let name = sensor.name.isEmpty ? "\(header.signer)" : sensor.name
        let submission: SenderSubmission
        do {
            submission = try SenderSubmission(bytes: document.payload, file: waiting.name)
        } catch {
            say(name, "content", "\(error)", &intake)
            return .refused
        }
        guard submission.group == group else {
            say(
                name, "group",
                "\(waiting.name) names senders under another group's key (\(String(submission.group, radix: 16)), ours "
                    + "is \(String(group, radix: 16))): give the sensor the group's key", &intake)
            return .refused
        }
        guard submission.until == header.time else {
            say(name, "times", "\(waiting.name) has two times: it was not made by Argot", &intake)
            return .refused
        }
        let entry = SubmissionArchive.Entry(
            signer: header.signer, sequence: header.sequence, digest: header.digest, submission: submission)
        let addition = try archive.add(entry, bytes: waiting.bytes)
        if addition != .replayed { input = nil }
        switch addition {
        case .added: return .accepted
        case .replayed where waiting.mayBeKnown: return .replayed
        case .replayed:
            say(name, "replay", "\(waiting.name) is submission \(header.sequence), which is here already", &intake)
            return .replayed
        case .contradicted:
            say(
                name, "contradiction",
                "\(waiting.name) is another submission \(header.sequence) than the one that is here: two machines sign "
                    + "with one key, or somebody else has it", &intake)
            return .replayed
        }
    }

    private mutating func say(_ subject: String, _ kind: String, _ text: String, _ intake: inout Intake) {
        guard said.count < 10_000, said.insert("\(subject) \(kind)").inserted else { return }
        intake.news.append(News(subject: subject, text: text))
    }

    private static func outcome(of fault: SignedDocumentFault, age: Int64) -> SubmissionOutcome {
        switch fault {
        // The key may be added, the clock be put right.
        case .unknownSigner, .ahead, .otherVersion: .deferred
        default: mayBeUnderWay(fault) && age < patience ? .deferred : .refused
        }
    }

    /// Whether a document may be on its way still.
    private static func mayBeUnderWay(_ fault: SignedDocumentFault) -> Bool {
        switch fault {
        case .empty, .truncatedHeader, .truncated, .damaged: true
        default: false
        }
    }

    /// Tells what a snapshot is computed of: submissions, sensors, options and keys. While it is the same, so is the snapshot.
    /// O(submissions), if anything was accepted since.
    public mutating func inputDigest() -> PayloadDigest {
        if let input { return input }
        var text = "\(GroupComputation.release) \(group) \(key.publicKey.id) \(options.fingerprint) \(sequence)\n"
        for sensor in roster.sensors { text += "\(sensor.standing) \(sensor.key)\n" }
        for (signer, entries) in archive.entries.sorted(by: { $0.key < $1.key }) {
            for (number, entry) in entries.sorted(by: { $0.key < $1.key }) {
                text += "\(signer) \(number) \(entry.digest)\n"
            }
        }
        let digest = PayloadDigest(of: Array(text.utf8))
        input = digest
        return digest
    }

    /// What was accepted, computed; `nil` before any trusted sensor has submitted.
    public func compute(
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(SpectralError) -> GroupComputation.Outcome? {
        let sites = roster.sensors.filter { $0.standing != .revoked }.map { sensor in
            GroupSite(
                id: sensor.key.id.bits, isTrusted: sensor.standing == .trusted,
                submissions: (archive.entries[sensor.key.id] ?? [:]).sorted { $0.key < $1.key }.map(\.value.submission))
        }
        return try GroupComputation(sites, group: group, options: options).run(isCancelled: isCancelled)
    }

    /// What people should hear of an outcome, that they were not told before.
    public mutating func news(of outcome: GroupComputation.Outcome) -> [News] {
        outcome.unheard.compactMap { bits in
            let id = SignerID(bits: bits)
            let name = roster[id].map { $0.name.isEmpty ? "\(id)" : $0.name } ?? "\(id)"
            guard said.insert("\(name) unheard").inserted else { return nil }
            return News(
                subject: name,
                text: "its labels contradict those of most other sensors and are not used: see what is wrong there, or "
                    + "make it scored")
        }
    }

    /// The signed document of a snapshot.
    public func document(of snapshot: SenderSnapshot) -> [UInt8] {
        SignedDocument.bytes(
            kind: SenderSnapshot.kind, sequence: sequence, time: snapshot.until, payload: snapshot.bytes, key: key)
    }

    /// Forgets submissions that are too old for what comes after a snapshot.
    public mutating func forget(after snapshot: SenderSnapshot) {
        if archive.forget(until: snapshot.until + -max(options.retention, options.window) + -options.period) {
            input = nil
        }
    }
}

extension SignedDocumentFault {
    /// A word for the kind of fault, by which it is said once.
    fileprivate var kind: String {
        switch self {
        case .empty, .truncatedHeader, .truncated, .trailing, .damaged: "damaged"
        case .notSigned, .malformed, .wrongKind: "form"
        case .otherVersion: "version"
        case .unknownSigner: "unknown"
        case .forged: "forged"
        case .tooLarge: "size"
        case .ahead: "ahead"
        }
    }
}
