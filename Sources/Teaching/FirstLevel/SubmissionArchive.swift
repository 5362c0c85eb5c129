internal import Files
internal import FoundationEssentials
internal import SMTP
internal import SenderExchange
internal import Signing

/// The submissions that a server has accepted, as files, and the numbers of all it ever accepted. What is in it depends on
/// what was accepted, not on the order.
struct SubmissionArchive {
    /// A submission that was accepted.
    struct Entry {
        let signer: SignerID
        let sequence: UInt64
        let digest: PayloadDigest
        let submission: SenderSubmission
    }

    /// What becomes of one that is to be added.
    enum Addition: Hashable {
        case added
        case replayed

        /// The sensor has signed another document with the same number; of the two that one is kept whose digest is less, so
        /// that all servers keep the same.
        case contradicted
    }

    private let directory: String
    private(set) var entries: [SignerID: [UInt64: Entry]] = [:]
    private(set) var taken: [SignerID: SequenceSet] = [:]

    private var ledger: String { directory + "/taken" }

    /// Opens the archive in a directory, which is made if it is not there.
    ///
    /// - Parameters:
    ///   - keys: whose submissions it holds.
    ///   - tell: takes what is wrong with a file, which is then left out.
    init(
        directory: String, keys: [PublicKey], now: UnixTime, tell: (DocumentFault) -> Void
    ) throws(DocumentFault) {
        self.directory = directory
        guard
            (try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)) != nil,
            let names = try? FileManager.default.contentsOfDirectory(atPath: directory)
        else { throw DocumentFault(file: directory, line: 0, problem: "cannot be made or read: check its permissions") }
        try readLedger()
        for name in names.sorted() where name.hasSuffix(SubmissionFolder.suffix) {
            let file = "\(directory)/\(name)"
            do {
                guard let data = FileManager.default.contents(atPath: file) else {
                    throw DocumentFault(file: file, line: 0, problem: "cannot be read: check its permissions")
                }
                let document: SignedDocument
                do {
                    document = try SignedDocument(
                        [UInt8](data), kind: SenderSubmission.kind, keys: keys, limit: SenderSubmission.largest,
                        now: now)
                } catch {
                    throw DocumentFault(file: file, line: 0, problem: "\(error)")
                }
                let header = document.header
                let submission = try SenderSubmission(bytes: document.payload, file: file)
                entries[header.signer, default: [:]][header.sequence] = Entry(
                    signer: header.signer, sequence: header.sequence, digest: header.digest, submission: submission)
                // It may have been kept before the numbers were.
                taken[header.signer, default: SequenceSet()].insert(header.sequence)
            } catch let fault as DocumentFault {
                tell(fault)
            } catch {
                tell(DocumentFault(file: file, line: 0, problem: "\(error)"))
            }
        }
    }

    /// Adds a submission; `bytes` is its whole document.
    mutating func add(_ entry: Entry, bytes: [UInt8]) throws(DocumentFault) -> Addition {
        if taken[entry.signer]?.contains(entry.sequence) ?? false {
            guard let known = entries[entry.signer]?[entry.sequence], known.digest != entry.digest else {
                return .replayed
            }
            if entry.digest < known.digest { try keep(entry, bytes) }
            return .contradicted
        }
        try keep(entry, bytes)
        taken[entry.signer, default: SequenceSet()].insert(entry.sequence)
        try writeLedger()
        return .added
    }

    private mutating func keep(_ entry: Entry, _ bytes: [UInt8]) throws(DocumentFault) {
        var file = try OutputFile(replacing: path(of: entry.signer, entry.sequence), mode: 0o640)
        try file.write(bytes)
        try file.finish()
        entries[entry.signer, default: [:]][entry.sequence] = entry
    }

    /// Removes what ended at `time` or before; returns whether there was any.
    mutating func forget(until time: UnixTime) -> Bool {
        var hadAny = false
        for (signer, submissions) in entries {
            for (sequence, entry) in submissions where entry.submission.until <= time {
                try? FileManager.default.removeItem(atPath: path(of: signer, sequence))
                entries[signer]?[sequence] = nil
                hadAny = true
            }
        }
        return hadAny
    }

    /// How many submissions were ever accepted: the number of what is made of them.
    var count: UInt64 {
        taken.values.reduce(0) { sum, set in
            let (next, isTooMuch) = sum.addingReportingOverflow(set.count)
            return isTooMuch ? .max : next
        }
    }

    private func path(of signer: SignerID, _ sequence: UInt64) -> String {
        "\(directory)/\(signer)-" + sequence.padded(to: 20) + SubmissionFolder.suffix
    }

    private mutating func readLedger() throws(DocumentFault) {
        guard FileManager.default.fileExists(atPath: ledger) else { return }
        guard let data = FileManager.default.contents(atPath: ledger) else {
            throw DocumentFault(file: ledger, line: 0, problem: "cannot be read: check its permissions")
        }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        guard lines.first == "argot-taken 1" else {
            throw DocumentFault(file: ledger, line: 1, problem: "is not a server's list of what it has: restore it")
        }
        for (number, line) in lines.enumerated().dropFirst() {
            let words = line.split(separator: " ")
            guard words.count == 2, let signer = SignerID(words[0]), let set = SequenceSet(words[1]) else {
                throw DocumentFault(
                    file: ledger, line: number + 1,
                    problem: "cannot be read: restore the file; without it old submissions would be taken twice")
            }
            taken[signer] = set
        }
    }

    private func writeLedger() throws(DocumentFault) {
        let lines = taken.keys.sorted().map { "\($0) \(taken[$0]!.text)" }
        try OutputFile.write((["argot-taken 1"] + lines).joined(separator: "\n") + "\n", replacing: ledger, mode: 0o640)
    }
}
