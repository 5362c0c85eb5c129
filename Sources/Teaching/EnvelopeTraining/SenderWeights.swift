import SMTP

/// How much each mail counts so that every sending address counts the same.
enum SenderWeights {
    /// Mails of one address and kind share 1; then spam and honest mail are brought to `total` each.
    static func balanced(_ records: [EnvelopeRecord], total: Double) -> [Double] {
        var counts: [Sender: Int] = [:]
        for record in records { counts[Sender(record), default: 0] += 1 }
        var sums = (spam: 0, honest: 0)
        for sender in counts.keys {
            if sender.isSpam { sums.spam += 1 } else { sums.honest += 1 }
        }
        return records.map { record in
            let sum = record.isSpam ? sums.spam : sums.honest
            return total / Double(sum) / Double(counts[Sender(record)] ?? 1)
        }
    }

    private struct Sender: Hashable {
        let address: ClientAddress
        let isSpam: Bool

        init(_ record: EnvelopeRecord) {
            address = record.client
            isSpam = record.isSpam
        }
    }
}
