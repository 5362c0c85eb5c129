import Envelopes
import Foundation
import Judgements
import Keeping
import KeyedHashing
import SMTP
import SQLiteStore
import ScratchFiles
import Testing

@Suite("argot judgements")
struct JudgementsCommandTests {
    private let noon = UnixTime(seconds: 1_700_000_000)

    private func dataDirectory() throws -> Scratch {
        let scratch = try Scratch()
        let key = try HashingKey.loadOrCreate(file: scratch.path + "/hashing.key")
        let store = try Store(path: scratch.path + "/argot.sqlite", hashingKey: key)
        let envelope = EnvelopeSummary(EnvelopeObserver(peers: SessionPeers(mta: .postfix)), hasHeaders: false)
        func sighting(_ number: Int, _ judgements: [(JudgementKind, JudgementSource)]) -> StoreChange {
            .sighting(
                Sighting(
                    id: "s\(number).1", time: noon + Int64(number), client: KeyedHash(bits: UInt128(number)),
                    network: KeyedHash(bits: 9), vantage: .milterPostfix, envelope: envelope,
                    judgements: judgements.map { MailJudgement($0.0, from: $0.1, at: noon) }))
        }
        try store.apply([
            sighting(1, [(.spam, .person), (.spam, .blocklist)]),
            sighting(2, [(.honest, .person), (.spam, .blocklist)]),
            sighting(3, []), sighting(4, [(.spam, .trap)]), .unreadReply("go <name> away", noon),
        ])
        return scratch
    }

    @Test("they are counted by source and day, and compared")
    func tables() throws {
        let data = try dataDirectory()
        let settings = [
            "--since", "36000d", "--set", "data_directory=\(data.path)", "--set", "judgement_sources=person",
        ]
        let table = try Argot(["judgements"] + settings)
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.output.hasPrefix("4 messages and refused sessions, 3 of them judged\n"))
        let lines = table.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        for line in [
            "person 1 1 1 a person has said so", "2023-11-14 4 3 person 2, trap 1, blocklist 2",
            "person blocklist 2 50 %", "blocklist not among judgement_sources",
            "1 2023-11-14T22:13:20Z go <name> away",
        ] {
            #expect(lines.contains(line), "\(line)\n\(table.output)")
        }
        let json = try Argot(["judgements", "--json"] + settings)
        let report = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(report["sightings"] as? Int == 4 && report["judged"] as? Int == 3 && report["left_out"] as? Int == 0)
        let agreement = try #require(report["agreement"] as? [[String: Any]])
        #expect(agreement.map { $0["both"] as? Int } == [2] && agreement.map { $0["same"] as? Int } == [1])
        let replies = try #require(report["not_understood"] as? [[String: Any]])
        #expect(replies.map { $0["text"] as? String } == ["go <name> away"])
    }

    @Test("nothing at all is said too")
    func nothing() throws {
        let data = try dataDirectory()
        let table = try Argot(["judgements", "--since", "1d", "--top", "0", "--set", "data_directory=\(data.path)"])
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.output.hasPrefix("0 messages and refused sessions, 0 of them judged\n"))
        #expect(table.output.contains("there are no traps") && table.output.contains("filter_headers names no field"))
    }
}
