package import SpamTracker
package import Spectral

/// What windows of traces teach, one after the other, and the clusters of the last one's spam senders. The same windows
/// and options give the same model, bit for bit.
package struct LearnedWindows {
    /// The model, with the clusters.
    package let model: SenderModel

    /// How many windows were learned.
    package let count: Int

    /// The senders of the last window.
    package let last: SenderRows

    /// Of these, the spam senders.
    package let spam: SenderRows

    /// Their clusters.
    package let clusters: SpamClusters

    /// Learns windows in order of time, whatever their order here.
    ///
    /// - Parameters:
    ///   - windows: the windows.
    ///   - table: the table that their traces were read with.
    ///   - progress: called after each window with the number done and the number in all.
    package init(
        _ windows: [SenderTrace.Window], table: DomainTable, settings: ModelSettings, clustering: ClusterOptions,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(SpectralError) {
        var model = SenderModel(settings: settings)
        var last = SenderRows()
        for (number, window) in windows.sorted(by: { $0.start < $1.start }).enumerated() {
            last = window.rows()
            model.learn(last, table: table, until: window.end)
            progress(number + 1, windows.count)
        }
        spam = last.spam
        clusters = try SpamClusters(of: spam, options: clustering, sensors: settings.sensors)
        model.adopt(clusters.clusters)
        count = windows.count
        self.last = last
        self.model = model
    }
}

extension SenderRows {
    /// The rows of those that are labelled spam.
    var spam: SenderRows {
        let labels = labels
        return selecting((0..<count).filter { labels[$0] == .spam })
    }
}
