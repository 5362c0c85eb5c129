import Campaigns
import Foundation
import SMTP
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

    /// What is made of messages as they were stored, one in each file of the folder that `ARGOT_MAIL_CORPUS` names; what the
    /// largest campaigns consist of can be looked up by their files' names.
    @Test(
        "A folder of stored messages", .enabled(if: ProcessInfo.processInfo.environment["ARGOT_MAIL_CORPUS"] != nil))
    func corpus() throws {
        let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["ARGOT_MAIL_CORPUS"]))
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        var table = CampaignTable()
        var found: [CampaignID: [String]] = [:]
        var (bytes, withAddresses, elapsed) = (0, 0, Duration.zero)
        for file in files {
            let message = try Data(contentsOf: folder.appending(path: file))
            let reader = Self.reader(of: [UInt8](message))
            let began = ContinuousClock.now
            let shape = reader()
            if let placement = table.place(shape) {
                elapsed += began.duration(to: .now)
                for joined in placement.joined where joined != placement.campaign {
                    found[placement.campaign, default: []] += found.removeValue(forKey: joined) ?? []
                }
                found[placement.campaign, default: []].append(file)
            }
            bytes += message.count
            if !shape.templates.isEmpty { withAddresses += 1 }
        }
        print("corpus: \(files.count) messages, \(bytes) bytes, \(withAddresses) with addresses, in \(elapsed)")
        let campaigns = found.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        print("corpus: \(campaigns.count { $0.value.count > 1 }) campaigns of two or more")
        for (campaign, files) in campaigns.prefix(40) where files.count > 1 {
            print("corpus: \(campaign) \(files.count): \(files.joined(separator: " "))")
        }
    }

    /// Reads a stored message; its head's folds are kept.
    private static func reader(of message: [UInt8]) -> () -> MessageShape {
        let text = message.filter { $0 != 0x0d }
        let end = text.indices.dropLast().first { text[$0] == 0x0a && text[$0 + 1] == 0x0a } ?? text.endIndex
        var fields: [[UInt8]] = []
        for line in text[..<end].split(separator: 0x0a) {
            if line.first == 0x20 || line.first == 0x09, !fields.isEmpty {
                fields[fields.count - 1] += [0x0a] + line
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                fields.append(line[..<colon] + [0] + line[(colon + 1)...])
            }
        }
        let body = Array(text[min(end + 2, text.endIndex)...])
        return {
            var reader = CampaignReader(key: Message.key)
            for field in fields { reader.take(.header, field.span) }
            reader.take(.eoh, [UInt8]().span)
            reader.take(.body, body.span)
            return reader.finish()
        }
    }
}
