internal import SMTP
public import SenderExchange

/// What a site of a group has submitted.
public struct GroupSite: Sendable {
    /// The bits of its key's name.
    public let id: UInt64

    /// Whether it is learned from; else its senders are scored only.
    public let isTrusted: Bool

    /// Its submissions, by number, each with the time from which its cells count: what an earlier one has told already is
    /// not counted again.
    let submissions: [(submission: SenderSubmission, from: Int64)]

    /// By slot, the place of the last submission that has corrected it: only that one's cells count.
    private let corrected: [Int64: Int]

    /// A site.
    ///
    /// - Parameter submissions: by number, ascending.
    public init(id: UInt64, isTrusted: Bool, submissions: [SenderSubmission]) {
        self.id = id
        self.isTrusted = isTrusted
        var told = Int64.min
        var kept: [(submission: SenderSubmission, from: Int64)] = []
        for submission in submissions {
            kept.append((submission, max(told, submission.from.seconds)))
            told = max(told, submission.until.seconds)
        }
        self.submissions = kept
        var corrected: [Int64: Int] = [:]
        for (place, submission) in submissions.enumerated() {
            for slot in submission.corrected { corrected[slot] = place }
        }
        self.corrected = corrected
    }

    /// Until when it has told.
    var until: Int64 { submissions.map(\.submission.until.seconds).max() ?? .min }

    /// Hands out the cells of slots from `start` until `end`, with the place of their submission.
    func cells(
        from start: Int64, until end: Int64, _ body: (_ submission: Int, _ cell: SenderSubmission.Cell) -> Void
    ) {
        for (place, (submission, from)) in submissions.enumerated() {
            for cell in submission.cells(from: max(start, from), until: end) where counts(cell.slot, of: place) {
                body(place, cell)
            }
            for cell in submission.corrections(from: start, until: end) where corrected[cell.slot] == place {
                body(place, cell)
            }
        }
    }

    /// Whether what a submission says of a slot of its span stands: no later one has corrected it.
    private func counts(_ slot: Int64, of place: Int) -> Bool {
        corrected.isEmpty || corrected[slot].map { $0 < place } ?? true
    }

    /// The first slot from `start` until `end` in which the site has counted anything. O(submissions log cells), and the
    /// corrections.
    func firstSlot(from start: Int64, until end: Int64) -> Int64? {
        submissions.enumerated().lazy.compactMap { place, told in
            let own = told.submission.cells(from: max(start, told.from), until: end).first {
                counts($0.slot, of: place)
            }
            let late = told.submission.corrections(from: start, until: end).first { corrected[$0.slot] == place }
            return [own, late].compactMap { $0?.slot }.min()
        }.min()
    }

    /// What the site says now of senders of a span of time: the labels of its last submission that tells of the beginning
    /// of the span.
    func labels(from start: Int64) -> [SenderSubmission.Label] {
        submissions.last { $0.submission.labelsFrom.seconds <= start && start < $0.submission.until.seconds }?
            .submission.labels ?? []
    }
}
