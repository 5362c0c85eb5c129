import Decision
import FirstLevel
import Foundation
import KeyedHashing
import SMTP
import ScratchFiles
import SenderExchange
import Seeded
import Signing
import SpamTracker

/// Sites that submit to a group: campaigns whose bots write to all of them, and honest senders of each.
struct Group {
    static let day: Int64 = 86_400
    /// A midnight.
    static let start = UnixTime(seconds: 20_000 * 86_400)

    let id: UInt64 = 0xabc
    var keys: [SigningKey] = []
    var submissions: [(site: Int, sequence: UInt64, submission: SenderSubmission)] = []

    /// - Parameters:
    ///   - sites: how many.
    ///   - days: over how many days.
    ///   - everyHours: how often each submits.
    init(sites: Int = 4, days: Int = 3, everyHours: Int = 12, bots: Int = 60, seed: UInt64 = 1) {
        var generator = SeededGenerator(seed: seed)
        keys = (0..<sites).map { _ in SigningKey.random() }
        let columns = (0..<sites).map { site in (0..<6).map { UInt64(site) << 32 | UInt64($0) << 8 | 7 } }
        for site in 0..<sites {
            for step in 0..<(days * 24 / everyHours) {
                let from = Self.start + Int64(step * everyHours) * 3_600
                let until = from + Int64(everyHours) * 3_600
                var cells: [SenderSubmission.Cell] = []
                // Bots of two campaigns, each to half of the columns of all sites; some of them to two domains of a site.
                for bot in 0..<bots {
                    let campaign = UInt32(bot % 2)
                    for column in [0, 1, 2].shuffled(using: &generator).prefix(2) where Bool.random(using: &generator) {
                        cells.append(
                            .init(
                                slot: from.seconds + 900 * .random(in: 0..<4, using: &generator), sender: Self.bot(bot),
                                column: campaign * 3 + UInt32(column), mails: 1))
                    }
                }
                for honest in 0..<20 {
                    cells.append(
                        .init(
                            slot: from.seconds, sender: Self.honest(site * 100 + honest), column: UInt32(honest % 6),
                            mails: 3))
                }
                // One who writes to everybody.
                cells.append(.init(slot: from.seconds, sender: Self.provider, column: 0, mails: 40))
                var merged: [String: SenderSubmission.Cell] = [:]
                for cell in cells { merged["\(cell.slot) \(cell.sender) \(cell.column)"] = cell }
                // Each site knows a third of the bots as spammers, and its regulars as honest.
                let labels =
                    (0..<bots).filter { $0 % 3 == site % 3 }.map {
                        SenderSubmission.Label(sender: Self.bot($0), isSpam: true)
                    }
                    + (0..<10).map { SenderSubmission.Label(sender: Self.honest(site * 100 + $0), isSpam: false) }
                    + [SenderSubmission.Label(sender: Self.provider, isSpam: false)]
                submissions.append(
                    (
                        site, UInt64(step + 1),
                        SenderSubmission(
                            group: id, from: from, until: until, labelsFrom: until + -7 * Self.day,
                            columns: columns[site], cells: Array(merged.values), labels: labels)
                    ))
            }
        }
    }

    static func bot(_ number: Int) -> UInt64 { 1 << 32 | 0xCB00_7100 + UInt64(number) << 8 }
    static func honest(_ number: Int) -> UInt64 { 1 << 32 | 0xC633_6400 + UInt64(number) << 12 }
    static let provider: UInt64 = 1 << 32 | 0x0808_0808

    /// The signed document of a submission.
    func document(_ number: Int) -> [UInt8] {
        let (site, sequence, submission) = submissions[number]
        return SignedDocument.bytes(
            kind: SenderSubmission.kind, sequence: sequence, time: submission.until, payload: submission.bytes,
            key: keys[site])
    }

    func roster(_ standings: [Int: SensorRoster.Standing] = [:]) -> SensorRoster {
        SensorRoster(
            keys.enumerated().map {
                .init(standing: standings[$0] ?? .trusted, key: $1.publicKey, name: "site \($0)")
            })
    }

    /// What is computed of the sites' submissions, without a server.
    func sites(_ standings: [Int: SensorRoster.Standing] = [:]) -> [GroupSite] {
        keys.indices.map { site in
            GroupSite(
                id: keys[site].publicKey.id.bits, isTrusted: standings[site] != .scored,
                submissions: submissions.filter { $0.site == site }.sorted { $0.sequence < $1.sequence }
                    .map(\.submission))
        }
    }

    func outcome(
        _ standings: [Int: SensorRoster.Standing] = [:], _ change: (inout GroupOptions) -> Void = { _ in }
    ) throws -> GroupComputation.Outcome? {
        var options = GroupOptions()
        change(&options)
        return try GroupComputation(sites(standings), group: id, options: options).run()
    }
}
