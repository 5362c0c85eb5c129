import MailLogs

/// What an import has read.
package struct SenderImportReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case files
        case filesNotRead = "files_not_read"
        case lines
        case linesImportedBefore = "lines_imported_before"
        case mails, refused, labelled
        case tooOld = "too_old"
        case inFuture = "in_future"
        case malformed
        case unread = "not_understood"
        case withoutClient = "without_client"
        case queueIDsForgotten = "queue_ids_forgotten"
        case faults
    }

    /// Files in all.
    package internal(set) var files = 0
    /// Files of which nothing could be read.
    package private(set) var filesNotRead = 0
    /// Lines read.
    package internal(set) var lines = 0
    /// Of these, lines that were imported before.
    package internal(set) var linesImportedBefore = 0
    /// Messages that were taken.
    package private(set) var mails: UInt64 = 0
    /// Of these, those that a mail server refused.
    package private(set) var refused: UInt64 = 0
    /// Of these, those of which is known what they are.
    package private(set) var labelled: UInt64 = 0
    /// Messages older than is kept.
    package private(set) var tooOld = 0
    /// Messages dated more than a day ahead.
    package private(set) var inFuture = 0
    /// Lines that could not be read, by reason.
    package internal(set) var unread: [String: Int] = [:]
    /// Deliveries whose client no line names.
    package internal(set) var withoutClient = 0
    /// Queue ids dropped to make room for newer ones.
    package internal(set) var queueIDsForgotten = 0
    /// The first lines that could not be read, and files that could not be read at all or not to their end.
    package private(set) var faults: [String] = []

    private static let mostFaults = 10

    /// Messages that were not taken because of their dates.
    package var passedOver: Int { tooOld + inFuture }

    /// Lines that could not be read.
    package var malformed: Int { unread.values.reduce(0, +) }

    /// Remembers one of the first faults.
    mutating func note(_ fault: String) { if faults.count < Self.mostFaults { faults.append(fault) } }

    /// A file of which nothing can be read; each is named.
    mutating func giveUp(_ fault: String) {
        filesNotRead += 1
        faults.append(fault)
    }

    /// What happened to a message.
    mutating func add(_ mail: ImportedMail, _ verdict: SenderImportVerdict) {
        switch verdict {
        case .tooOld: tooOld += 1
        case .inFuture: inFuture += 1
        case .kept:
            mails += UInt64(mail.weight)
            if mail.recipient.refusal != nil { refused += UInt64(mail.weight) }
            if mail.label != nil { labelled += UInt64(mail.weight) }
        }
    }

    /// As JSON; the reasons of lines that could not be read in order.
    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(files, forKey: .files)
        try fields.encode(filesNotRead, forKey: .filesNotRead)
        try fields.encode(lines, forKey: .lines)
        try fields.encode(linesImportedBefore, forKey: .linesImportedBefore)
        try fields.encode(mails, forKey: .mails)
        try fields.encode(refused, forKey: .refused)
        try fields.encode(labelled, forKey: .labelled)
        try fields.encode(tooOld, forKey: .tooOld)
        try fields.encode(inFuture, forKey: .inFuture)
        try fields.encode(malformed, forKey: .malformed)
        try fields.encode(
            unread.sorted { $0.key < $1.key }.map { Reason(reason: $0.key, lines: $0.value) }, forKey: .unread)
        try fields.encode(withoutClient, forKey: .withoutClient)
        try fields.encode(queueIDsForgotten, forKey: .queueIDsForgotten)
        try fields.encode(faults, forKey: .faults)
    }

    private struct Reason: Encodable {
        let reason: String
        let lines: Int
    }
}
