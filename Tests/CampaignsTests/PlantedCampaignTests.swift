import Campaigns
import Foundation
import Seeded
import Testing

/// How well planted campaigns are found among honest mail.
@Suite("Planted campaigns")
struct PlantedCampaignTests {
    /// What was found, against what was planted.
    struct Findings: CustomStringConvertible {
        /// The share of the messages in campaigns that belong to what most of their campaign belongs to.
        var purity: Double
        /// Over the planted campaigns, the share of messages that are in the largest campaign found of each.
        var completeness: Double
        /// The smallest of these shares.
        var leastComplete: Double
        /// Messages, and campaigns with two or more.
        var messages, campaigns: Int

        init(_ found: [(campaign: CampaignID, origin: Int)]) {
            let byCampaign = Dictionary(grouping: found, by: \.campaign)
            let kept = byCampaign.values.map { Dictionary(grouping: $0, by: \.origin).values.map(\.count).max() ?? 0 }
            purity = Double(kept.reduce(0, +)) / Double(max(1, found.count))
            let byOrigin = Dictionary(grouping: found.filter { $0.origin >= 0 }, by: \.origin)
            let shares = byOrigin.values.map { one in
                Double(Dictionary(grouping: one, by: \.campaign).values.map(\.count).max() ?? 0) / Double(one.count)
            }
            completeness = shares.reduce(0, +) / Double(max(1, shares.count))
            leastComplete = shares.min() ?? 0
            messages = found.count
            campaigns = byCampaign.values.filter { $0.count > 1 }.count
        }

        var description: String {
            "messages \(messages) campaigns \(campaigns) purity \(purity) completeness \(completeness) least \(leastComplete)"
        }
    }

    /// Groups so many planted messages; campaigns that were joined are one.
    static func group(_ mail: inout PlantedMail, messages: Int, spamShare: Double = 0.6) -> Findings {
        var table = CampaignTable()
        var found: [(campaign: CampaignID, origin: Int)] = []
        var roots: [CampaignID: CampaignID] = [:]
        for _ in 0..<messages {
            let planted = mail.next(spamShare: spamShare)
            let shape = planted.message.shape()
            if let client = planted.good {
                table.noteGood(shape, of: client)
            } else if let placement = table.place(shape) {
                for joined in placement.joined { roots[joined] = placement.campaign }
                found.append((placement.campaign, planted.origin))
            }
        }
        func root(_ campaign: CampaignID) -> CampaignID {
            var root = campaign
            while let next = roots[root], next < root { root = next }
            return root
        }
        return Findings(found.map { (root($0.campaign), $0.origin) })
    }

    @Test(
        "At least 0.95 of what is grouped belongs together, and most of a campaign is found",
        arguments: 1...6 as ClosedRange<UInt64>)
    func planted(seed: UInt64) {
        var mail = PlantedMail(seed: seed)
        let findings = Self.group(&mail, messages: 1_500)
        print("planted seed \(seed): \(findings)")
        #expect(findings.purity >= 0.95)
        #expect(findings.completeness >= 0.9)
    }

    /// Layouts as they are in real mail: `ARGOT_MAIL_TRACE` names a file of JSON lines with `hdr_order`, not packed.
    @Test(
        "The same with the heads of a trace",
        .enabled(if: ProcessInfo.processInfo.environment["ARGOT_MAIL_TRACE"] != nil),
        arguments: 1...6 as ClosedRange<UInt64>)
    func trace(seed: UInt64) throws {
        struct Line: Decodable { var hdr_order: [String] }
        let path = try #require(ProcessInfo.processInfo.environment["ARGOT_MAIL_TRACE"])
        let layouts = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8)).hdr_order
        }
        var mail = PlantedMail(seed: seed, layouts: layouts)
        let findings = Self.group(&mail, messages: 4_000)
        print("trace seed \(seed): \(findings)")
        #expect(findings.purity >= 0.95)
        #expect(findings.completeness >= 0.9)
    }
}
