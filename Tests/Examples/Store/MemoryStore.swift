import Judgements
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Synchronization

/// A store that keeps everything in memory and forgets it with the process: the example of "Adding a store".
///
/// Both sides in one class: the daemon's, and that of the command line. What only reports need is left out.
package final class MemoryStore: Keeper, DataStore {
    fileprivate struct Content {
        var greylist: [KeyedHash: GreylistEntry] = [:]
        var networks: [KeyedHash: ClientRecord] = [:]
        var clients: [KeyedHash: ClientRecord] = [:]
        var clientNetworks: [KeyedHash: ClientRecord] = [:]
        var lies: [LieKey: LieRecord] = [:]
        var verdicts: [JournalEntry] = []
        var cells: [[UInt64]: SenderCell] = [:]
        var labels: [SenderNetworkLabel] = []
        var progress: [ImportProgress] = []
        var generation: Int64 = 0
        var hasNewUndoing = false
        var counts = KeeperCounts()
        var isClosed = false
        var heardPlace: String?
        var sightings: [Sighting] = []
        var sightingCounts: [SIMD2<UInt64>: Int] = [:]
        var correspondents: [KeyedHash: UnixTime] = [:]
        var replies: [String: UnreadReply] = [:]
    }

    private let key: HashingKey
    private let content = Mutex(Content())

    /// An empty store that hashes addresses under `key`.
    package init(key: HashingKey) {
        self.key = key
    }

    // MARK: The daemon's side

    package func submit(_ change: StoreChange) {
        if case .heard(let changes, let place) = change {
            for change in changes { submit(change) }
            return content.withLock { $0.heardPlace = place }
        }
        if case .judged(let name, let judgement) = change {
            _ = judge(name, judgement)
            return
        }
        content.withLock { content in
            guard !content.isClosed else { return content.counts.dropped += 1 }
            content.counts.written += 1
            switch change {
            case .heard, .judged, .campaignMail, .campaignsJoined, .commonTemplate: break
            case .memory(let change): content.apply(change)
            case .verdict(let record, let isShown):
                content.verdicts.append(entry(record, isShown, content.verdicts.count))
            case .senderCells(let cells): content.add(cells)
            case .sighting(let sighting): content.add(sighting)
            case .correspondent(let key, let time):
                content.correspondents[key] = max(time, content.correspondents[key] ?? time)
            case .unreadReply(let text, let time):
                content.replies[text, default: UnreadReply(text: text, count: 0, last: time)].count += 1
                content.replies[text]?.last = time
            }
        }
    }

    package var health: StoreHealth { .ok }
    package var counts: KeeperCounts { content.withLock { $0.counts } }
    package func flush() -> Bool { true }
    package func prune(_ retention: Retention) {}
    package func limitJournal(bytes: Int64) {}
    package func limitSightings(rows: Int) {}
    package func sendersGeneration() -> Int64? { content.withLock { $0.generation } }
    package func senderCounts() -> any SenderCounts { self }

    package func close() -> Bool {
        content.withLock { $0.isClosed = true }
        return true
    }

    package func lookForUndoneLies(always: Bool, _ take: @escaping @Sendable (Set<LieKey>) -> Void) {
        let lies = content.withLock { content -> Set<LieKey>? in
            defer { content.hasNewUndoing = false }
            return always || content.hasNewUndoing ? content.undoneLies : nil
        }
        if let lies { take(lies) }
    }

    private func entry(_ record: VerdictRecord, _ isShown: Bool, _ number: Int) -> JournalEntry {
        var kept = record
        (kept.clientName, kept.helo, kept.reply) = ("", "", "")
        if !isShown { (kept.client, kept.sender, kept.recipient) = ("", "", "") }
        return JournalEntry(
            id: Int64(number), record: kept, isShown: isShown,
            client: record.client.isEmpty ? nil : key.hash(client: record.client),
            sender: record.sender.isEmpty ? nil : key.hash(sender: record.sender),
            recipient: record.recipient.isEmpty ? nil : key.hash(recipient: record.recipient),
            recipientDomain: MailDomain.folded(record.recipient.drop { $0 != "@" }.dropFirst()),
            replyCode: Int(record.reply.prefix(3)))
    }

    // MARK: Journal

    package func verdicts(matching query: JournalQuery) -> [JournalEntry] {
        let found = content.withLock { $0.verdicts }.reversed().filter { entry in
            (query.session ?? entry.record.session) == entry.record.session
                && (query.queueID.map { !$0.isEmpty && $0 == entry.record.queueID } ?? true)
                && (query.client.map { $0 == entry.client } ?? true)
                && (query.recipient.map { $0 == entry.recipient } ?? true)
                && (query.since.map { $0 <= entry.record.time } ?? true)
        }
        return Array(found.prefix(max(0, query.limit)))
    }

    package func report(since: UnixTime, words: Int) -> VerdictReport { VerdictReport() }
    package func deferrals(since: UnixTime, now: UnixTime, limit: Int) -> DeferralReport { DeferralReport() }
    package func outlook(since: UnixTime, lately: UnixTime, senders: Int) -> EnforcingOutlook { EnforcingOutlook() }
    package func reach() -> ClosedRange<UnixTime>? { nil }
    package func requests(_ body: (RecipientRequest) -> Void) {}
    package func campaignMails(since: UnixTime?, _ body: (CampaignMail) -> Void) {}

    // MARK: Shared state

    package func loadState() -> StoredState {
        content.withLock { content in
            var state = StoredState()
            state.greylist = content.greylist.map { ($0, $1) }
            state.networks = content.networks.map { ($0, $1) }
            state.clients = content.clients.map { ($0, $1) }
            state.clientNetworks = content.clientNetworks.map { ($0, $1) }
            state.undoneLies = content.undoneLies
            state.toldLies = content.lies.values.filter { $0.isTold && $0.undoneAt == nil }.map { ToldLie($0) }
            state.correspondents = content.correspondents.map { ($0, $1) }
            state.heardPlace = content.heardPlace
            return state
        }
    }

    package func lies(since: UnixTime?, limit: Int) -> [LieRecord] {
        let lies = content.withLock { $0.lies.values.filter { since == nil || $0.lastTold >= since! } }
        return Array(lies.sorted { $0.lastTold > $1.lastTold }.prefix(max(0, limit)))
    }

    package func undoLie(_ key: LieKey, at time: UnixTime) -> Bool {
        content.withLock { content in
            guard var lie = content.lies[key], lie.isTold else { return false }
            lie.undoneAt = lie.undoneAt ?? time
            content.lies[key] = lie
            content.hasNewUndoing = true
            return true
        }
    }

    // MARK: Counts of senders

    package func add(_ cells: [SenderCell], progress: ImportProgress?) {
        content.withLock { content in
            content.add(cells)
            guard let progress else { return }
            content.progress.removeAll { ($0.identity, $0.checksum) == (progress.identity, progress.checksum) }
            content.progress.append(progress)
        }
    }

    package func senderCellCount() -> Int { content.withLock { $0.cells.count } }

    package func senderCells(since start: UnixTime, until end: UnixTime, limit: Int, _ body: (SenderCell) -> Void) {
        let range = start.seconds...max(start.seconds, end.seconds)
        let cells = content.withLock { Array($0.cells.values) }.filter { range.contains($0.slot) }
        let sorted = cells.sorted { ($0.slot, $0.sender, $0.domain) < ($1.slot, $1.sender, $1.domain) }
        for cell in sorted.suffix(limit) { body(cell) }
    }

    package func trappedSenders(
        since start: UnixTime, until end: UnixTime, _ body: (_ sender: UInt64, _ slot: Int64) -> Void
    ) {
        var last: [UInt64] = []
        senderCells(since: start, until: end, limit: .max) { cell in
            let place = [UInt64(bitPattern: cell.slot), cell.sender]
            if cell.trapped > 0, place != last { body(cell.sender, cell.slot) }
            if cell.trapped > 0 { last = place }
        }
    }

    package func importProgress(of identity: UInt64) -> [ImportProgress] {
        content.withLock { $0.progress.filter { $0.identity == identity } }
    }

    package func senderLabels() -> [SenderNetworkLabel] {
        content.withLock { $0.labels }.sorted { $0.network.description < $1.network.description }
    }

    package func setLabel(_ label: SenderNetworkLabel) { replaceLabels([label]) { $0.network == label.network } }

    package func removeLabel(of network: AddressPrefix) -> Bool {
        replaceLabels([]) { $0.origin == .administrator && $0.network == network } > 0
    }

    package func replaceBlocklist(_ source: String, with networks: [AddressPrefix], at time: UnixTime) -> Int {
        let labels = networks.map {
            SenderNetworkLabel(network: $0, isSpam: true, origin: .blocklist, source: source, time: time)
        }
        return replaceLabels(labels) { $0.origin == .blocklist && $0.source == source }
    }

    package func noteSendersChanged() { content.withLock { $0.generation += 1 } }

    @discardableResult
    private func replaceLabels(_ new: [SenderNetworkLabel], _ isReplaced: (SenderNetworkLabel) -> Bool) -> Int {
        content.withLock { content in
            let before = content.labels.count
            content.labels.removeAll { label in isReplaced(label) }
            defer { content.labels += new }
            content.generation += 1
            return before - content.labels.count
        }
    }

    // MARK: Sightings

    package func sightings(since: UnixTime, _ take: (Sighting) -> Void) -> Int {
        let sightings = content.withLock { $0.sightings }.filter { $0.time >= since }
        for sighting in sightings.sorted(by: { $0.time < $1.time }) { take(sighting) }
        return 0
    }

    package func judge(_ name: MessageName, _ judgement: MailJudgement) -> Int {
        content.withLock { content in
            let named = content.sightings.indices.filter { index in
                switch name {
                case .queueID(let hash): content.sightings[index].queueID == hash
                case .messageID(let hash): content.sightings[index].messageID == hash
                case .session(let client, let time):
                    !content.sightings[index].hasRecipient && content.sightings[index].client == client
                        && (-2...MessageName.longestSession).contains(content.sightings[index].time - time)
                }
            }
            let limit = if case .queueID = name { 1 } else { 10 }
            let newest = named.sorted { content.sightings[$0].time > content.sightings[$1].time }.prefix(limit)
            for index in newest { content.sightings[index].add(judgement) }
            return newest.count
        }
    }

    package func sightingsLeftOut(since: UnixTime) -> Int {
        content.withLock { $0.sightingCounts.values.reduce(0) { $0 + max(0, $1 - Sighting.dailyLimit) } }
    }

    package func unreadReplies(limit: Int) -> [UnreadReply] {
        let replies = content.withLock { Array($0.replies.values) }
        return Array(replies.sorted { ($1.count, $0.text) < ($0.count, $1.text) }.prefix(max(0, limit)))
    }

    // MARK: Upkeep

    package func byteCount() -> Int64 { 0 }
    package func damage() -> String? { nil }

    package func purge(_ scope: PurgeScope, lastSeenUpTo time: UnixTime) -> PurgeReport {
        content.withLock { content in
            var report = PurgeReport()
            switch scope {
            case .recipient(let recipient):
                report.verdicts = content.verdicts.count { $0.recipient == recipient && $0.record.time <= time }
                content.verdicts.removeAll { $0.recipient == recipient && $0.record.time <= time }
                report.lies = content.lies.remove { key, lie in key.recipient == recipient && lie.lastTold <= time }
            case .everything:
                report.verdicts = content.verdicts.count { $0.record.time <= time }
                content.verdicts.removeAll { $0.record.time <= time }
                report.lies = content.lies.remove { _, lie in lie.lastTold <= time }
                report.attempts = content.greylist.remove { _, entry in entry.lastSeen <= time }
                report.networks = content.networks.remove { _, record in record.lastSeen <= time }
                report.networks += content.clientNetworks.remove { _, record in record.lastSeen <= time }
                report.clients = content.clients.remove { _, record in record.lastSeen <= time }
                report.senderCells = content.cells.remove { _, cell in cell.slot <= time.seconds }
                report.sightings = content.sightings.count { $0.time <= time }
                content.sightings.removeAll { $0.time <= time }
                report.correspondents = content.correspondents.remove { _, last in last <= time }
                (content.replies, content.sightingCounts) = ([:], [:])
                if report.senderCells > 0 { content.generation += 1 }
            case .olderThan, .client, .sender, .greylist: break
            }
            return report
        }
    }

    package func forgetHashes() -> KeyRotationReport { KeyRotationReport() }
}

extension Dictionary {
    /// Removes what is so; returns how much.
    fileprivate mutating func remove(where isRemoved: (Key, Value) -> Bool) -> Int {
        let before = count
        self = filter { !isRemoved($0.key, $0.value) }
        return before - count
    }
}

extension MemoryStore.Content {
    fileprivate var undoneLies: Set<LieKey> { Set(lies.values.filter { $0.undoneAt != nil }.map(\.key)) }

    fileprivate mutating func apply(_ change: MemoryChange) {
        switch change {
        case .greylist(let key, let entry): greylist[key] = entry
        case .network(let key, let record): networks[key] = record
        case .client(let key, let record): clients[key] = record
        case .clientNetwork(let key, let record): clientNetworks[key] = record
        case .greylistRemoved(let key): greylist[key] = nil
        case .networkRemoved(let key): networks[key] = nil
        case .clientRemoved(let key): clients[key] = nil
        case .clientNetworkRemoved(let key): clientNetworks[key] = nil
        case .lie(let lie):
            guard var known = lies[lie.key], known.isTold || !lie.isTold else { return lies[lie.key] = lie }
            guard known.arm == lie.arm else { return }
            if lie.lastTold > known.lastTold { (known.timesTold, known.lastTold) = (known.timesTold + 1, lie.lastTold) }
            lies[lie.key] = known
        case .lieHeard(let lie): lies[lie.key] = lies[lie.key]?.merged(lie) ?? lie
        }
    }

    fileprivate mutating func add(_ sighting: Sighting) {
        var sighting = sighting
        let repeated = sightings.indices.filter { index in
            let old = sightings[index]
            return old.attempt != nil && old.attempt == sighting.attempt
                && (old.queueID == nil && old.messageID == nil
                    || old.messageID != nil && old.messageID == sighting.messageID)
        }
        if repeated.isEmpty, sighting.hasRecipient {
            let day = UInt64(clamping: sighting.time.seconds / 86_400)
            let place = SIMD2(day, UInt64(truncatingIfNeeded: sighting.client.bits))
            sightingCounts[place, default: 0] += 1
            guard sightingCounts[place, default: 0] <= Sighting.dailyLimit else { return }
        }
        let new = sighting.judgements
        sighting.judgements = repeated.flatMap { sightings[$0].judgements }
        for judgement in new { sighting.add(judgement) }
        for index in repeated.reversed() { sightings.remove(at: index) }
        sightings.append(sighting)
    }

    fileprivate mutating func add(_ new: [SenderCell]) {
        for cell in new {
            let place = [UInt64(bitPattern: cell.slot), cell.sender, cell.domain]
            if cells[place]?.add(cell) == nil { cells[place] = cell }
        }
    }
}

extension Sighting {
    /// Of each source the latest judgement counts.
    fileprivate mutating func add(_ judgement: MailJudgement) {
        guard !judgements.contains(where: { $0.source == judgement.source && $0.time > judgement.time }) else { return }
        judgements.removeAll { $0.source == judgement.source }
        judgements.append(judgement)
        judgements.sort { $0.source.rawValue < $1.source.rawValue }
    }
}
