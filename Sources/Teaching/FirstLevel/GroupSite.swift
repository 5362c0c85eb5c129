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

    /// How many submissions tell again of a time of which others had told.
    public let overlaps: Int

    /// A site.
    ///
    /// - Parameter submissions: by number, ascending.
    public init(id: UInt64, isTrusted: Bool, submissions: [SenderSubmission]) {
        self.id = id
        self.isTrusted = isTrusted
        var told = Int64.min
        var kept: [(submission: SenderSubmission, from: Int64)] = []
        var overlaps = 0
        for submission in submissions {
            if submission.from.seconds < told { overlaps += 1 }
            kept.append((submission, max(told, submission.from.seconds)))
            told = max(told, submission.until.seconds)
        }
        self.submissions = kept
        self.overlaps = overlaps
    }

    /// Until when it has told.
    var until: Int64 { submissions.map(\.submission.until.seconds).max() ?? .min }

    /// Hands out the cells of slots from `start` until `end`, with the place of their submission.
    func cells(
        from start: Int64, until end: Int64, _ body: (_ submission: Int, _ cell: SenderSubmission.Cell) -> Void
    ) {
        for (place, (submission, from)) in submissions.enumerated() {
            for cell in submission.cells(from: max(start, from), until: end) { body(place, cell) }
        }
    }

    /// The first slot from `start` until `end` in which the site has counted anything. O(submissions log cells).
    func firstSlot(from start: Int64, until end: Int64) -> Int64? {
        submissions.lazy.compactMap { $0.submission.cells(from: max(start, $0.from), until: end).first?.slot }.min()
    }

    /// What the site says now of senders of a span of time: the labels of its last submission that tells of the beginning
    /// of the span.
    func labels(from start: Int64) -> [SenderSubmission.Label] {
        submissions.last { $0.submission.labelsFrom.seconds <= start && start < $0.submission.until.seconds }?
            .submission.labels ?? []
    }
}
