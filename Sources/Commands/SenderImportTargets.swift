import Configuration
import Decision
import Files
import FoundationEssentials
import Importing
import Keeping
import KeyedHashing
import MailLogs
import SMTP
import SpamTracker

/// Imports into the daemon's database, by pseudonyms.
struct SenderStoreTarget: SenderImportTarget {
    /// Cells that wait to be kept: about 100 bytes each.
    private static let maximumCells = 500_000

    private let store: any SenderCounts
    private let oldest: Int64
    private let newest: Int64
    private var counter: SenderCounter
    private var hasAdded = false

    init(_ store: any SenderCounts, key: HashingKey, configuration: Configuration) {
        self.store = store
        let prefixes = SenderPrefixes(
            ipv4: configuration.senderIPv4PrefixLength, ipv6: configuration.senderIPv6PrefixLength)
        counter = SenderCounter(
            SenderPseudonyms(key: key, prefixes: prefixes),
            slotSeconds: SenderCounter.slotSeconds(period: configuration.senderPeriod), maximumCache: 200_000)
        let now = Int64(Date().timeIntervalSince1970)
        oldest = now - configuration.senderRetention
        newest = now + 86_400
    }

    func progress(of identity: UInt64) throws -> [ImportProgress] { try store.importProgress(of: identity) }

    mutating func add(_ mail: ImportedMail) throws -> SenderImportVerdict {
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

    var isFull: Bool { counter.count >= Self.maximumCells }

    mutating func keep(_ progress: ImportProgress?) throws {
        try store.add(counter.take(), progress: progress)
    }

    /// Tells the daemon to read what was imported.
    func finish() throws { if hasAdded { try store.noteSendersChanged() } }
}
