package import EnvelopeTraining
import Judgements
import SMTP
package import Spectral

/// Senders that are made up and mixed into recorded mail, to see what they do to a model that learns from who comes back.
package enum PlantedSenders: Sendable, Hashable {
    /// So many addresses of spammers with well-kept names that write every day.
    case snowshoe(Int)

    /// Honest senders that write once, as this share of all addresses that write once.
    case newcomers(Double)

    /// A stranger with one address who copies the headers of honest mail, so many messages of it, as fast as he can.
    case flood(Int)

    /// So many addresses of a stranger that copy the headers of honest mail and write to traps.
    case traps(Int)

    /// A stranger who controls a source of low rank, and has it call this share of the honest addresses spam.
    case slander(Double)

    /// Reads a word: `snowshoe:200`, `newcomers:0.5`, `flood:10000`, `traps:500`, `slander:0.2`.
    package init(_ word: String) throws(SimulatedSource.Fault) {
        let parts = word.split(separator: ":").map(String.init)
        let count = parts.last.flatMap(Int.init).flatMap { 1...100_000 ~= $0 ? $0 : nil }
        let share = parts.last.flatMap(Double.init).flatMap { 0..<1 ~= $0 ? $0 : nil }
        switch (parts.count == 2 ? parts[0] : "", count, share) {
        case ("snowshoe", let count?, _):
            self = .snowshoe(count)
            return
        case ("flood", let count?, _):
            self = .flood(count)
            return
        case ("traps", let count?, _):
            self = .traps(count)
            return
        case ("newcomers", _, let share?):
            self = .newcomers(share)
            return
        case ("slander", _, let share?):
            self = .slander(share)
            return
        default: break
        }
        throw SimulatedSource.Fault(
            description: """
                "\(word)" cannot be planted: use snowshoe:NUMBER, newcomers:SHARE (less than 1), flood:NUMBER, traps:NUMBER \
                or slander:SHARE
                """)
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
        case .flood(let count):
            return Self.strangers(like: records, count, &generator).map { record in
                var record = record
                record.client = ClientAddress(ipv4: 0x0aff_0001)
                record.clientName = "mail.flood.\(Self.suffix)"
                record.helo = record.clientName
                return record
            }
        case .traps(let count): return Self.strangers(like: records, count, &generator)
        case .slander: return []
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

    /// So many spam messages, each from an address of its own, that look like honest ones.
    private static func strangers(
        like records: [EnvelopeRecord], _ count: Int, _ generator: inout SplitMix64
    ) -> [EnvelopeRecord] {
        let models = records.filter { !$0.isSpam }
        guard !models.isEmpty else { return [] }
        return (0..<count).map { number in
            let model = models[Int(generator.next() % UInt64(models.count))]
            let time = records[Int(generator.next() % UInt64(records.count))].time
            var record = record(like: model, sender: 200_000 + number * 8, host: "mail", at: time)
            record.label = .spam
            return record
        }
    }

    /// What the planted senders make sources say beside the truth: of each record, in its place.
    func words(on records: [EnvelopeRecord], _ generator: inout SplitMix64) -> [(JudgementSource, JudgementKind)?] {
        var slandered: [ClientAddress: Bool] = [:]
        return records.map { record in
            switch self {
            case .traps: return Self.isPlanted(record) ? (.trap, .spam) : nil
            case .slander(let share):
                let isSlandered = slandered[record.client] ?? (generator.unit() < share)
                slandered[record.client] = isSlandered
                return isSlandered && !record.isSpam ? (.policy, .spam) : nil
            case .snowshoe, .newcomers, .flood: return nil
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
