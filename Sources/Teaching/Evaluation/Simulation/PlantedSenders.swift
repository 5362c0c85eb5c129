package import EnvelopeTraining
import SMTP
package import Spectral

/// Senders that are made up and mixed into recorded mail, to see what they do to a model that learns from who comes back.
package enum PlantedSenders: Sendable, Hashable {
    /// So many addresses of spammers with well-kept names that write every day.
    case snowshoe(Int)

    /// Honest senders that write once, as this share of all addresses that write once.
    case newcomers(Double)

    /// Reads a word: `snowshoe:200`, `newcomers:0.5`.
    package init(_ word: String) throws(SimulatedSource.Fault) {
        let parts = word.split(separator: ":").map(String.init)
        switch (parts.first, parts.count) {
        case ("snowshoe", 2):
            guard let count = Int(parts[1]), 1...10_000 ~= count else { break }
            self = .snowshoe(count)
            return
        case ("newcomers", 2):
            guard let share = Double(parts[1]), 0..<1 ~= share else { break }
            self = .newcomers(share)
            return
        default: break
        }
        throw SimulatedSource.Fault(
            description: "\"\(word)\" cannot be planted: use snowshoe:NUMBER or newcomers:SHARE (less than 1)")
    }

    /// The planted senders' organisations end in this.
    private static let suffix = "planted.example"

    /// Whether a record was planted.
    package static func isPlanted(_ record: EnvelopeRecord) -> Bool { record.clientName?.hasSuffix(suffix) ?? false }

    /// What is planted among the records: headers of theirs under names of its own, in 10.0.0.0/8.
    package func records(among records: [EnvelopeRecord], _ generator: inout SplitMix64) -> [EnvelopeRecord] {
        switch self {
        case .snowshoe(let count):
            let models = records.filter(\.isSpam)
            let times = records.map(\.time.seconds)
            guard let first = times.min(), let last = times.max(), !models.isEmpty else { return [] }
            var planted: [EnvelopeRecord] = []
            for sender in 0..<count {
                // Each keeps to one program, and eight of them share a network.
                let model = models[Int(generator.next() % UInt64(models.count))]
                var time = first + Int64(generator.next() % 86_400)
                while time <= last {
                    planted.append(
                        Self.record(like: model, sender: sender, host: "mta\(sender % 8)", at: UnixTime(seconds: time)))
                    time += 86_400
                }
            }
            return planted
        case .newcomers(let share):
            let models = records.filter { !$0.isSpam }
            var counts: [ClientAddress: Int] = [:]
            for record in records where record.isSpam { counts[record.client, default: 0] += 1 }
            let once = records.filter { counts[$0.client] == 1 }
            guard !models.isEmpty else { return [] }
            let count = Int(Double(once.count) * share / (1 - share))
            return (0..<count).map { number in
                let model = models[Int(generator.next() % UInt64(models.count))]
                let time = once[Int(generator.next() % UInt64(once.count))].time
                return Self.record(like: model, sender: 100_000 + number * 8, host: "mail", at: time)
            }
        }
    }

    private static func record(
        like model: EnvelopeRecord, sender: Int, host: String, at time: UnixTime
    ) -> EnvelopeRecord {
        let domain = "n\(sender / 8).\(suffix)"
        var record = model
        record.time = time
        // A /24 for every eight.
        record.client = ClientAddress(
            ipv4: 0x0a00_0000 + UInt32(truncatingIfNeeded: sender / 8 % 65_536 * 256 + sender % 8))
        record.clientName = "\(host).\(domain)"
        record.helo = record.clientName
        record.resolution = .ok
        record.isExtended = true
        record.senderDomain = domain
        return record
    }
}
