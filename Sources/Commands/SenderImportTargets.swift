import Configuration
import Decision
import Files
import FoundationEssentials
import Importing
import KeyedHashing
import MailLogs
import SMTP
import SpamTracker
import Keeping

/// Imports into the daemon's database, by pseudonyms.
struct SenderStoreTarget: SenderImportTarget {
    private struct Place: Hashable {
        var slot: Int64
        var sender: UInt64
        var domain: UInt64
    }

    /// Cells that wait to be kept: about 100 bytes each.
    private static let maximumCells = 500_000
    private static let maximumCache = 200_000

    private let store: any SenderCounts
    private let pseudonyms: SenderPseudonyms
    private let slotSeconds: Int64
    private let oldest: Int64
    private let newest: Int64
    private var cells: [Place: SenderCell] = [:]
    private var senders: [ClientAddress: UInt64] = [:]
    private var domains: [String: UInt64] = [:]
    private var hasAdded = false

    init(_ store: any SenderCounts, key: HashingKey, configuration: Configuration) {
        self.store = store
        pseudonyms = SenderPseudonyms(
            key: key,
            prefixes: SenderPrefixes(
                ipv4: configuration.senderIPv4PrefixLength, ipv6: configuration.senderIPv6PrefixLength))
        slotSeconds = max(1, min(900, configuration.senderPeriod / 4))
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
        let slot = time - time % slotSeconds
        let place = Place(slot: slot, sender: sender(mail.recipient.client), domain: domain(mail.recipient.domain))
        cells[place, default: SenderCell(slot: slot, sender: place.sender, domain: place.domain, mails: 0)].add(
            SenderCell(
                slot: slot, sender: place.sender, domain: place.domain, mails: mail.weight,
                spam: mail.label == .spam ? mail.weight : 0, honest: mail.label == .honest ? mail.weight : 0))
        hasAdded = true
        return .kept
    }

    var isFull: Bool { cells.count >= Self.maximumCells }

    mutating func keep(_ progress: ImportProgress?) throws {
        try store.add(Array(cells.values), progress: progress)
        cells = [:]
    }

    /// Tells the daemon to read what was imported.
    func finish() throws { if hasAdded { try store.noteSendersChanged() } }

    private mutating func sender(_ client: ClientAddress) -> UInt64 {
        if let known = senders[client] { return known }
        if senders.count >= Self.maximumCache { senders = [:] }
        let bits = pseudonyms.sender(client).bits
        senders[client] = bits
        return bits
    }

    private mutating func domain(_ name: String) -> UInt64 {
        if let known = domains[name] { return known }
        if domains.count >= Self.maximumCache { domains = [:] }
        let hash = pseudonyms.domain(name)
        domains[name] = hash
        return hash
    }
}
