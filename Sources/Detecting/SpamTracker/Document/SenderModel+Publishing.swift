extension SenderModel {
    /// What of the model may be published: nothing that is of fewer than `anonymity` senders, and no single sender or
    /// network for which `isShared` does not hold, unless most that is known of it is spam.
    ///
    /// Clusters of fewer senders are left out, and so are domains that fewer senders have reached. Past senders, which the
    /// calibration was made from, and the settings are not part of it; the calibration is. O(model).
    ///
    /// - Parameter isShared: whether enough sites have seen a sender or network, by level and bits.
    public func published(anonymity: Int, isShared: (NetworkHistory.Level, UInt64) -> Bool) -> SenderModel {
        var model = self
        model.settings.sensors = SensorTrust(maximumShare: settings.sensors.maximumShare)
        model.examples = []
        model.adopt(clusters.filter { $0.senderCount >= anonymity })
        for number in domains.senders.indices where domains.senders[number] < Double(anonymity) {
            model.domains.spam[number] = 0
            model.domains.background[number] = 0
            model.domains.senders[number] = 0
        }
        for level in NetworkHistory.Level.allCases {
            model.history.counts[level.rawValue] = history.counts[level.rawValue].compactMap { bits, count in
                count.spam > count.honest || isShared(level, bits) ? count : nil
            }
        }
        return model
    }
}
