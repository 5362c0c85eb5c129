import FoundationEssentials
package import Keeping
import MailLogs
import SMTP
import SpamTracker

/// Imports into the daemon's database, by pseudonyms.
package struct SenderStoreTarget: SenderImportTarget {
    /// Cells that wait to be kept: about 100 bytes each.
    private static let maximumCells = 500_000

    private let store: any SenderCounts
    private let oldest: Int64
    private let newest: Int64
    private var counter: SenderCounter
    private var hasAdded = false

    /// Imports into `store` what `counter` counts, of messages at most `retention` seconds old.
    package init(_ store: any SenderCounts, counter: SenderCounter, retention: Int64) {
        self.store = store
        self.counter = counter
        let now = Int64(Date().timeIntervalSince1970)
        oldest = now - retention
        newest = now + 86_400
    }

    /// How far files that begin so were imported.
    package func progress(of identity: UInt64) throws -> [ImportProgress] { try store.importProgress(of: identity) }

    /// Counts a message.
    package mutating func add(_ mail: ImportedMail) throws -> SenderImportVerdict {
        let time = mail.recipient.time.seconds
        guard time >= oldest else { return .tooOld }
        // What is dated ahead would never grow old.
        guard time <= newest else { return .inFuture }
        let recipient = mail.recipient
        var cell = counter.cell(from: recipient.client, to: recipient.domain, at: recipient.time, mails: mail.weight)
        cell.spam = mail.label == .spam ? mail.weight : 0
        cell.honest = mail.label == .honest ? mail.weight : 0
        counter.add(cell)
        hasAdded = true
        return .kept
    }

    /// Whether half a million cells wait.
    package var isFull: Bool { counter.count >= Self.maximumCells }

    /// Keeps what was counted.
    package mutating func keep(_ progress: ImportProgress?) throws {
        try store.add(counter.take(keepingCapacity: true), progress: progress)
    }

    /// Tells the daemon to read what was imported.
    package func finish() throws { if hasAdded { try store.noteSendersChanged() } }
}
