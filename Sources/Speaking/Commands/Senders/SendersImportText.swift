import Importing

/// What an import has read, as rows of a table.
enum SendersImportText {
    static func rows(_ report: SenderImportReport) -> [[String]] {
        [
            ["files", "\(report.files)"], ["of these not read", "\(report.filesNotRead)"],
            ["lines", "\(report.lines)"],
            ["of these imported before", "\(report.linesImportedBefore)"],
            ["messages imported", "\(report.mails)"], ["of these refused", "\(report.refused)"],
            ["of these labelled", "\(report.labelled)"],
            ["messages older than senders_retention", "\(report.tooOld)"],
            ["messages dated in the future", "\(report.inFuture)"],
            ["lines not understood", "\(report.malformed)"],
        ] + report.unread.sorted { $0.key < $1.key }.map { ["  " + $0.key, "\($0.value)"] } + [
            ["deliveries whose client is not logged", "\(report.withoutClient)"],
            ["queue ids dropped for lack of room", "\(report.queueIDsForgotten)"],
        ]
    }
}
