import Decision
import Foundation
import KeyedHashing
import SMTP
import SpamTracker
import ScratchFiles
import Testing

@Suite("argot replay with scores of senders")
struct SendersReplayTests {
    /// Bots write to three of five domains, honest senders to one of four others; a model of both.
    private static func model(_ scratch: Scratch) throws -> String {
        var text = "t,ip,recipient,label\n"
        for number in 0..<60 {
            let time = 1_699_000_000 + number * 600
            for step in 0..<3 { text += "\(time),203.0.\(number).9,t\((number + step) % 5).example,spam\n" }
            text += "\(time),198.51.\(number).7,h\(number % 4).example,ham\n"
        }
        let model = scratch.path + "/site.senders"
        let run = try Argot(
            "senders", "cluster", try scratch.write("mails.csv", text), "--window", "2h", "--output", model)
        #expect(run.status == 0, "\(run.errors)")
        return model
    }

    private static func transcript(_ domains: [String]) -> String {
        let recipients = domains.enumerated().map { place, domain in
            "{\"args\":[\"<u@\(domain)>\"],\"dir\":\"C\",\"event\":\"rcpt\",\"len\":1,\"raw\":\"\","
                + "\"t\":1700000000.\(3 + place)}"
        }
        return """
            {"client_ip":"192.0.2.14","client_name":"mail.linden.example","client_resolve":"ok","client_port":4242,\
            "close":[{"by":"C","t":1700000001,"what":"after-reset"}],"conv_id":"abc-1","events":[\
            {"args":["mail.linden.example"],"dir":"C","event":"helo","len":26,"raw":"EHLO mail.linden.example\\r\\n",\
            "t":1700000000.1},{"args":["<pat@elsewhere.example>"],"dir":"C","event":"mail","len":1,"raw":"",\
            "t":1700000000.2},\(recipients.joined(separator: ",")),{"args":[],"dir":"C","event":"abort","len":0,"raw":"",\
            "t":1700000000.9}],"gaps":0,"mta":"postfix","origin":"milter","source":"argotd","t0":1700000000,\
            "vantage":"milter-postfix"}

            """
    }

    private func reasons(_ run: Argot) throws -> [[String]] {
        struct Row: Decodable {
            let reasons: [String]
        }
        #expect(run.status == 0, "\(run.errors)")
        return try run.output.split(separator: "\n").map {
            try JSONDecoder().decode(Row.self, from: Data($0.utf8)).reasons
        }
    }

    private static let settings = ["--set", "senders_threshold=0.6", "--set", "senders_confidence=0.4"]

    @Test("a model speaks against who writes to the targets of a campaign, and for nobody without it")
    func usesAModel() throws {
        let scratch = try Scratch()
        let model = try Self.model(scratch)
        let spam = try scratch.write("spam.jsonl", Self.transcript(["t1.example", "t2.example", "t3.example"]))
        let honest = try scratch.write("honest.jsonl", Self.transcript(["h1.example", "h2.example", "h3.example"]))
        func run(_ words: [String]) throws -> Argot {
            try Argot(["replay", "--json"] + words + Self.settings + ["--set", "data_directory=\(scratch.path)"])
        }
        let judged = try run([spam, "--senders", model])
        #expect(try reasons(judged).last?.contains("senders.spam-cluster") == true)
        #expect(judged.output.contains("\"senders\":\"p="))
        #expect(judged.errors.contains("senders are scored by \(model)"))
        #expect(try !reasons(run([honest, "--senders", model])).joined().contains("senders.spam-cluster"))
        #expect(try !reasons(run([spam])).joined().contains("senders.spam-cluster"))
        let both = try run([spam, "--senders", model, "--no-senders"])
        #expect(both.status != 0)
    }

    @Test("a damaged model is refused with file and line")
    func refusesDamage() throws {
        let scratch = try Scratch()
        let spam = try scratch.write("spam.jsonl", Self.transcript(["t1.example"]))
        let broken = try scratch.write("broken", "argot-senders 2\nnonsense\n")
        let run = try Argot("replay", spam, "--senders", broken)
        #expect(run.status != 0)
        #expect(run.errors.contains("\(broken):2:"), "\(run.errors)")
    }
}

@Suite("argot senders score with a daemon's model")
struct SendersDaemonModelTests {
    @Test("a model beside a key is asked by pseudonyms")
    func usesTheKey() throws {
        let scratch = try Scratch()
        let key = try HashingKey.loadOrCreate(file: scratch.path + "/hashing.key")
        let pseudonyms = SenderPseudonyms(key: key)
        var model = SenderModel()
        var matrix = SenderMatrix()
        var table = DomainTable()
        for number in 0..<60 {
            let isSpam = number % 3 != 0
            let client = ClientAddress(ipv4: 0xCB00_7100 + UInt32(number) << 8)
            for step in 0..<2 {
                let name = isSpam ? "t\((number + step) % 3).example" : "h\((number + step) % 3).example"
                matrix.record(
                    sender: pseudonyms.sender(client),
                    domain: table.number(interning: SenderPseudonyms.tableName(pseudonyms.domain(name))),
                    at: UnixTime(seconds: 1_000), label: isSpam ? .spam : .honest)
            }
        }
        model.learn(matrix.rows(last: 86_400), table: table, until: UnixTime(seconds: 86_400))
        let file = try scratch.write("senders.model", SenderModelDocument.text(for: model))
        func probability(_ words: String...) throws -> Double {
            struct Row: Decodable {
                let probability: Double
            }
            let run = try Argot(["senders", "score", "--model", file, "--json"] + words)
            #expect(run.status == 0, "\(run.errors)")
            return try JSONDecoder().decode(Row.self, from: Data(run.output.utf8)).probability
        }
        let spam = try probability("192.0.2.1", "t0.example", "u@T1.example")
        let honest = try probability("192.0.2.1", "h0.example", "h1.example")
        #expect(spam > honest + 0.3)
        // What a network did is known by its pseudonym as well.
        #expect(try probability("203.0.114.9") > probability("192.0.2.1"))
        // Who lacks the key knows no domain of it.
        try FileManager.default.removeItem(atPath: scratch.path + "/hashing.key")
        let unknown = try probability("192.0.2.1", "t0.example", "t1.example")
        #expect(try unknown == probability("192.0.2.1", "h0.example", "h1.example"))
        #expect(unknown != spam)
    }
}
