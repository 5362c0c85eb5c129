public import Decision
public import Keeping
public import SMTP
public import SpamTracker

/// Makes submissions of what a site has counted.
public struct SubmissionMaker: Sendable {
    /// How far back a submission's labels reach, in seconds: what is said late counts for mails of a week.
    public static let labelReach: Int64 = 7 * 86_400

    /// The only sizes of senders that sites have in common.
    public static let prefixes = SenderPrefixes()

    private let site: SenderPseudonyms
    private let group: SenderPseudonyms
    private let learnsFromDialects: Bool
    private let slotSeconds: Int64

    /// A maker.
    ///
    /// - Parameters:
    ///   - site: names senders as the site's counts do.
    ///   - group: names senders as the group does.
    ///   - slotSeconds: how long the site's slots are.
    ///   - learnsFromDialects: whether a bot's dialect labels a sender (`senders_learn_from_dialects`).
    public init(site: SenderPseudonyms, group: SenderPseudonyms, slotSeconds: Int64, learnsFromDialects: Bool) {
        self.site = site
        self.group = group
        self.slotSeconds = max(1, slotSeconds)
        self.learnsFromDialects = learnsFromDialects
    }

    /// What the site counted from `start` until `end`, what is known of all senders of the week before `end`, and all counts
    /// of the slots of that week of which more is known than was told. The same counts and labels give the same submission.
    /// O(cells of the week).
    ///
    /// - Parameter told: what was submitted of slots before `start`.
    /// - Returns: the submission, and what is told of slots with it.
    public func submission(
        of store: any SenderCounts, from start: UnixTime, until end: UnixTime, told: ToldSlots = ToldSlots()
    ) throws(StoreError) -> (submission: SenderSubmission, told: ToldSlots) {
        let labelsFrom = end + -Self.labelReach
        let first = min(start, labelsFrom)
        var labels = SenderLabels(try store.senderLabels(), pseudonyms: site)
        // A trap says something of the week before it was hit.
        try store.trappedSenders(since: labelsFrom, until: end) { sender, slot in
            labels.noteTrap(SenderKey(bits: sender), at: UnixTime(seconds: slot))
        }
        var judgements: [SenderKey: SenderJudgements] = [:]
        try store.judgedSenders(since: labelsFrom, until: end) { sender, said in
            judgements[SenderKey(bits: sender)] = said
        }
        _ = labels.take(judgements, learnedUntil: nil)

        var table = DomainTable(capacity: 1 << 24)
        let reach = end - first
        var matrix = SenderMatrix(
            limits: MatrixLimits(
                slotSeconds: slotSeconds, slotCount: Int(clamping: reach / slotSeconds + 2), maximumCells: 1 << 26))
        var cells: [SenderCell] = []
        var mails: [Int64: UInt64] = [:]
        try store.senderCells(since: first, until: end + -1, limit: .max) { cell in
            if cell.slot >= start.seconds { cells.append(cell) }
            mails[cell.slot, default: 0] &+= UInt64(cell.mails)
            guard cell.slot >= labelsFrom.seconds else { return }
            matrix.record(
                sender: SenderKey(bits: cell.sender), domain: table.number(interning: "\(cell.domain)"),
                at: UnixTime(seconds: cell.slot), weight: cell.mails, label: label(of: cell))
        }
        var known: [UInt64: UInt64] = [:]
        func shared(_ sender: UInt64) -> UInt64 {
            if let name = known[sender] { return name }
            let name = group.pseudonym(of: site.sender(named: SenderKey(bits: sender))).bits
            known[sender] = name
            return name
        }
        let rows = matrix.rows(from: labelsFrom, until: end).labelled(by: labels, from: labelsFrom, until: end)
        let said = rows.senders.indices.compactMap { index in
            rows.labels[index].map {
                SenderSubmission.Label(sender: shared(rows.senders[index].bits), isSpam: $0 == .spam)
            }
        }
        let corrected = told.slots(thatGrewTo: mails, before: start.seconds)
        var late: [SenderCell] = []
        if let (oldest, newest) = corrected.first.flatMap({ first in corrected.last.map { (first, $0) } }) {
            let slots = Set(corrected)
            try store.senderCells(
                since: UnixTime(seconds: oldest), until: UnixTime(seconds: newest), limit: .max
            ) { if slots.contains($0.slot) { late.append($0) } }
        }
        let made = submission(
            of: cells, correcting: corrected, late, labels: said, shared: shared, from: start, until: end,
            labelsFrom: max(labelsFrom, .init(seconds: 0)))
        return (made, told.noting(mails, from: start.seconds, oldest: labelsFrom.seconds))
    }

    private func submission(
        of cells: [SenderCell], correcting corrected: [Int64], _ late: [SenderCell], labels: [SenderSubmission.Label],
        shared: (UInt64) -> UInt64, from start: UnixTime, until end: UnixTime, labelsFrom: UnixTime
    ) -> SenderSubmission {
        var hashes: [UInt64: UInt64] = [:]
        for cell in cells + late where hashes[cell.domain] == nil {
            hashes[cell.domain] = site.sharedColumn(of: cell.domain)
        }
        // Beyond what a submission holds, domains share columns.
        var columns = Set(hashes.values).sorted()
        if columns.count > SenderSubmission.mostColumns { columns.removeSubrange(SenderSubmission.mostColumns...) }
        let places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, UInt32($0)) })
        func shown(_ cells: [SenderCell]) -> [SenderSubmission.Cell] {
            Self.merged(
                cells.compactMap { cell in
                    guard cell.mails > 0, let hash = hashes[cell.domain] else { return nil }
                    let column = places[hash] ?? UInt32(hash % UInt64(columns.count))
                    return SenderSubmission.Cell(
                        slot: cell.slot, sender: shared(cell.sender), column: column, mails: cell.mails)
                })
        }
        return SenderSubmission(
            group: group.groupID, from: start, until: end, labelsFrom: labelsFrom, columns: columns,
            cells: shown(cells), labels: labels, corrected: corrected, corrections: shown(late))
    }

    /// Cells of one place, which two domains with one column make, added up.
    private static func merged(_ cells: [SenderSubmission.Cell]) -> [SenderSubmission.Cell] {
        var merged: [SenderSubmission.Cell] = []
        for cell in cells.sorted(by: { $0.isBefore($1) }) {
            if let last = merged.last, !last.isBefore(cell) {
                let (sum, overflow) = last.mails.addingReportingOverflow(cell.mails)
                merged[merged.count - 1].mails = overflow ? .max : sum
            } else {
                merged.append(cell)
            }
        }
        return merged
    }

    /// The label that came with a cell's mails. What is said of senders is asked of the store.
    private func label(of cell: SenderCell) -> SenderLabel? {
        LabelPolicy(learnsFromDialects: learnsFromDialects).label(for: cell.evidence)
    }
}
