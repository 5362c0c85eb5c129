import Foundation
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLiteStore
import ScratchFiles
import Testing

/// A data directory as argotd leaves it: a refused bot and an accepted mail, and one lie.
private func dataDirectory() throws -> Scratch {
    let scratch = try Scratch()
    let key = try HashingKey.loadOrCreate(file: scratch.path + "/hashing.key")
    let store = try Store(path: scratch.path + "/argot.sqlite", hashingKey: key)
    let bot = VerdictRecord(
        time: UnixTime(seconds: 1_700_000_000), session: "abc-1", client: "192.0.2.14", helo: "192.0.2.14",
        sender: "pat@elsewhere.example", recipient: "user2@lab.example", verdict: .fakeReject, applied: .accept,
        reasons: [Reason(word: "dialect.bot"), Reason(word: "name.missing")], dialect: "festi",
        dialectState: "festi:rcpt", queueID: "4QUEUE1",
        mode: .observe)
    let mail = VerdictRecord(
        time: UnixTime(seconds: 1_700_000_100), session: "abc-2", client: "2001:db8::1", helo: "mail.oak.example",
        sender: "dora@oak.example", recipient: "user1@lab.example", verdict: .accept, applied: .accept,
        reasons: [Reason(word: "none")], dialect: "postfix|exim", dialectState: "exim:rcpt postfix:rcpt",
        queueID: "4QUEUE2",
        mode: .observe)
    let network = ClientAddress(ipv4: 0xC000_020E).network(prefixLength: 24)
    let lie = LieRecord(
        time: bot.time,
        key: LieKey(
            recipient: key.hash(recipient: bot.recipient),
            network: KeyedHash(bits: key.digest(domain: "network", parts: [network.description.utf8]))),
        recipientShown: LieRecord.mask(bot.recipient), dialect: bot.dialect, reasons: bot.words, session: bot.session)
    try store.apply([.verdict(bot), .verdict(mail), .memory(.lie(lie))])
    return scratch
}

@Suite("argot on what argotd keeps")
struct JournalCommandTests {
    @Test("explain finds a verdict by queue id and says why in sentences")
    func explainsByQueueID() throws {
        let data = try dataDirectory()
        let argot = try Argot("explain", "4QUEUE1", "--set", "data_directory=\(data.path)")
        #expect(argot.status == 0)
        #expect(argot.output.contains("session abc-1 queue 4QUEUE1"))
        #expect(argot.output.contains("verdict: fakereject, not applied (mode observe): accept"))
        #expect(argot.output.contains("dialect.bot: it spoke as only spam bots do"))
        #expect(argot.output.contains("stood in: festi:rcpt"))
        #expect(!argot.output.contains("abc-2"))
    }

    @Test(
        "explain finds a verdict by session, client and recipient",
        arguments: [
            ["abc-2"], ["--client", "2001:DB8:0::1"], ["--recipient", "User1@lab.example"],
            ["--recipient", "<user1@LAB.Example.>"], ["--recipient", "user1@lab\u{3002}example"],
        ])
    func explainsByOtherKeys(_ question: [String]) throws {
        let data = try dataDirectory()
        let settings = ["--set", "data_directory=\(data.path)"]
        let argot =
            question.count == 1
            ? try Argot("explain", question[0], settings[0], settings[1])
            : try Argot("explain", question[0], question[1], settings[0], settings[1])
        #expect(argot.output.contains("session abc-2"))
        #expect(!argot.output.contains("abc-1"))
    }

    @Test("explain says when there is nothing")
    func explainsNothing() throws {
        let data = try dataDirectory()
        let argot = try Argot("explain", "NOSUCH", "--set", "data_directory=\(data.path)")
        #expect(argot.status != 0)
        #expect(argot.errors.contains("no verdict found"))
    }

    @Test("journal lists newest first, as a table and as JSON")
    func lists() throws {
        let data = try dataDirectory()
        let table = try Argot("journal", "--set", "data_directory=\(data.path)").output.split(separator: "\n")
        #expect(table.count == 3)
        #expect(table[1].contains("abc-2") && table[2].contains("abc-1"))
        let json = try Argot("journal", "--json", "--limit", "1", "--set", "data_directory=\(data.path)")
        let rows = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(rows.count == 1)
        #expect(rows[0]["session"] as? String == "abc-2")
    }

    @Test("journal shows whom: hashes, and addresses where they are kept")
    func showsWhom() throws {
        let data = try dataDirectory()
        let settings = ["--set", "data_directory=\(data.path)"]
        let key = try HashingKey.load(file: data.path + "/hashing.key")
        let client = "#" + key.hash(client: "192.0.2.14").description.prefix(8)
        let recipient = "#" + key.hash(recipient: "user2@lab.example").description.prefix(8) + "@lab.example"
        let hashed = try Argot(["journal", "--client", "192.0.2.14"] + settings).output
        #expect(hashed.contains(client) && hashed.contains(recipient) && !hashed.contains("192.0.2.14"))
        #expect(try Argot(["explain", "abc-1"] + settings).output.contains("client \(client), sender #"))
        do {
            let store = try Store(path: data.path + "/argot.sqlite", hashingKey: key)
            let record = VerdictRecord(
                time: UnixTime(seconds: 1_700_000_200), session: "abc-3", client: "192.0.2.15", sender: "",
                recipient: "user3@lab.example", verdict: .accept, applied: .accept, reasons: [Reason(word: "none")],
                mode: .observe)
            try store.apply([.verdict(record, showsAddresses: true)])
        }
        let clear = try Argot(["journal", "--recipient", "user3@lab.example"] + settings).output
        #expect(clear.contains("192.0.2.15  <>") && clear.contains("user3@lab.example"))
        let json = try Argot(["journal", "--json", "--client", "192.0.2.15"] + settings).output
        let rows = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        #expect(rows.first?["client"] as? String == "192.0.2.15")
        #expect(rows.first?["rcpt_domain"] as? String == "lab.example")
        for command in ["journal", "explain"] {
            let local = try Argot([command, "--recipient", "user3"] + settings)
            #expect(
                local.errors.contains("\"user3\" has no domain: write the address as the client does"), "\(command)")
        }
    }

    @Test("wrong arguments are answered with the command's own usage")
    func ownUsage() throws {
        for command in [["lies", "undo", "a@b.example", "c"], ["senders", "score", "c", "--model", "/dev/null"]] {
            let argot = try Argot(command)
            #expect(argot.status == 64)
            #expect(argot.errors.contains("Usage: argot \(command[0]) \(command[1]) "), "\(argot.errors)")
        }
    }

    @Test("a lie is listed masked, undone, and listed as undone")
    func undoesLie() throws {
        let data = try dataDirectory()
        let settings = "data_directory=\(data.path)"
        let before = try Argot("lies", "--set", settings).output
        #expect(before.contains("u***@lab.example") && !before.contains("user2"))
        let undo = try Argot("lies", "undo", "user2@lab.example", "192.0.2.99", "--set", settings)
        #expect(undo.status == 0, "\(undo.errors)")
        #expect(undo.output.hasPrefix("undone: 192.0.2.0/24 is let in for user2@lab.example\nwho was refused is not"))
        let again = try Argot("lies", "undo", "user2@lab.example", "198.51.100.1", "--set", settings)
        #expect(again.status != 0)
        #expect(again.errors.contains("no lie about user2@lab.example was told to 198.51.100.0/24"))
        let rows = try Argot("lies", "list", "--json", "--set", settings).output
        #expect(rows.contains("\"undone\""))
    }

    @Test(
        "a lie is undone, and a recipient purged, however the address is written",
        arguments: ["User2@LAB.Example.", "<user2@lab\u{3002}example>", "\"user2\"@lab.example"])
    func spellings(_ spelling: String) throws {
        let data = try dataDirectory()
        let settings = ["--set", "data_directory=\(data.path)"]
        let undo = try Argot(["lies", "undo", spelling, "192.0.2.99"] + settings)
        #expect(undo.status == 0, "\(undo.errors)")
        let file = try data.write("argotd.conf", "data_directory = \(data.path)\ncontrol_socket =\n")
        let purge = try Argot(["purge", "--recipient", spelling, "--config", file])
        #expect(purge.output == "removed 1 verdict\nremoved 1 lie\n", "\(purge.errors)")
    }

    @Test("whoever undoes a lie is told whom to write to, as far as that is known", arguments: [true, false])
    func undoing(isShown: Bool) throws {
        let data = try dataDirectory()
        let key = try HashingKey.loadOrCreate(file: data.path + "/hashing.key")
        let store = try Store(path: data.path + "/argot.sqlite", hashingKey: key)
        for (number, client) in ["192.0.2.14", "192.0.2.200", "198.51.100.7"].enumerated() {
            let record = VerdictRecord(
                time: UnixTime(seconds: 1_700_000_200), session: "s-\(number)", client: client,
                sender: "list\(number)@elsewhere.example", recipient: "user2@lab.example", verdict: .fakeReject,
                applied: .fakeReject, mode: .enforce)
            try store.apply([.verdict(record, showsAddresses: isShown)])
        }
        let arguments = ["lies", "undo", "user2@lab.example", "192.0.2.99", "--set", "data_directory=\(data.path)"]
        let undo = try Argot(arguments)
        #expect(undo.status == 0, "\(undo.errors)")
        #expect(undo.output.hasPrefix("undone: 192.0.2.0/24 is let in for user2@lab.example\n"))
        #expect(undo.output.contains("postmaster@[192.0.2.99]"))
        // The one from another network was told another lie.
        for number in 0...2 {
            #expect(undo.output.contains("tell list\(number)@elsewhere.example") == (isShown && number < 2))
            #expect(undo.output.contains("s-\(number)") == (!isShown && number < 2))
        }
        let json = try Argot(arguments + ["--json"])
        let document = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect((document["senders"] as? [String])?.count == (isShown ? 2 : 0))
        #expect((document["sessions_of_unknown_senders"] as? [String])?.count == (isShown ? 0 : 2))
    }

    @Test("a report sums up verdicts, as a table and as JSON")
    func report() throws {
        let data = try dataDirectory()
        let settings = ["--since", "36000d", "--set", "data_directory=\(data.path)"]
        let table = try Argot(["report"] + settings)
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.output.hasPrefix("2023-11-14T22:13:20Z to 2023-11-14T22:15:00Z\n"))
        #expect(table.output.contains("dialect.bot,name.missing"))
        let json = try Argot(["report", "--json"] + settings)
        let report = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let deserved = try #require(report["deserved"] as? [String: [String: Int]])
        #expect(
            deserved == ["accept": ["recipients": 1, "clients": 1], "fakereject": ["recipients": 1, "clients": 1]])
        let recent = try Argot("report", "--set", "data_directory=\(data.path)")
        #expect(recent.output == "no verdicts in this period\n")
    }

    @Test("the effect of lies is told by dialect")
    func effectOfLies() throws {
        let data = try dataDirectory()
        let settings = "data_directory=\(data.path)"
        let table = try Argot("lies", "effect", "--set", settings)
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.output.hasPrefix("DIALECT"))
        let json = try Argot("lies", "effect", "--json", "--set", settings)
        let document = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let rows = try #require(document["dialects"] as? [[String: Any]])
        #expect(rows.map { $0["recipients_lied_about"] as? Int } == [1])
        #expect(rows.first?["confidence"] as? Double == 0)
        #expect((document["campaigns"] as? [Any])?.isEmpty == true)
        let picture = data.path + "/days.svg"
        let drawn = try Argot("lies", "effect", "--svg", picture, "--set", settings)
        #expect(drawn.output.hasPrefix("picture: \(picture)\n"))
        #expect(try String(contentsOfFile: picture, encoding: .utf8).hasPrefix("<svg"))
        let campaigns = try Argot("lies", "campaigns", "--set", settings)
        #expect(campaigns.output == "no messages of campaigns have been counted\n")
    }

    @Test("a database that was never there is no fault, and is said; a directory that is not there is one")
    func missingDatabase() throws {
        let data = try Scratch()
        let argot = try Argot("journal", "--set", "data_directory=\(data.path)")
        #expect(argot.status == 0)
        #expect(argot.errors.contains("\(data.path)/argot.sqlite: nothing was kept yet"))
        let nowhere = try Argot("journal", "--set", "data_directory=\(data.path)/nowhere")
        #expect(nowhere.status != 0)
        #expect(nowhere.errors.contains("\(data.path)/nowhere/argot.sqlite"))
    }
}
