import Foundation
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLiteStore
import ScratchFiles
import Testing

/// What strangers have said, and what others have written into files and databases, steers no reader's terminal.
@Suite("Hostile text in what commands print")
struct HostileTextTests {
    /// Escape sequences, C1, writing direction, separators, invisible characters, a forged line; and letters.
    static let text =
        "x\u{1b}]0;t\u{7}\u{9b}31m\u{85}\u{202e}\u{2066}\u{2028}\u{2029}\u{feff}\u{200b}\u{e0041}\u{ad}\u{7f}\r\nFORGED gr\u{f6}\u{df}e"

    /// A data directory as argotd leaves it after hostile sessions, or as somebody has edited it.
    static func dataDirectory() throws -> Scratch {
        let scratch = try Scratch()
        let key = try HashingKey.loadOrCreate(file: scratch.path + "/hashing.key")
        let store = try Store(path: scratch.path + "/argot.sqlite", hashingKey: key)
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970) - 60)
        let record = VerdictRecord(
            time: now, session: text, client: "192.0.2.14", helo: text, sender: "a@\(text)", recipient: "b@\(text)",
            verdict: .fakeReject, applied: .fakeReject, reasons: [Reason(word: text)], dialect: text,
            dialectState: text,
            queueID: text,
            mode: .enforce, senderScore: text)
        let lie = LieRecord(
            time: now, key: LieKey(recipient: key.hash(recipient: "b@\(text)"), network: key.hash(sender: "n")),
            recipientShown: text, dialect: text, reasons: [text], session: "other")
        try store.apply([.verdict(record), .memory(.lie(lie))])
        try store.setLabel(
            SenderNetworkLabel(
                network: AddressPrefix("198.51.100.0/24")!, isSpam: true, origin: .blocklist, source: text, time: now))
        _ = try scratch.write("runtime.conf", "mode \(text)\ndeny \(text)\n")
        let events: [[String: Any]] = [
            ["t": 1, "dir": "C", "len": 1, "raw": "", "event": "helo", "args": [latin1(text)]],
            ["t": 1, "dir": "C", "len": 1, "raw": "", "event": "mail", "args": ["<" + latin1(text) + ">"]],
            ["t": 1, "dir": "C", "len": 1, "raw": "", "event": "rcpt", "args": ["<" + latin1(text) + ">"]],
            ["t": 1, "dir": "C", "len": 1, "raw": "", "event": "header", "args": ["Subject", latin1(text)]],
        ]
        let session: [String: Any] = [
            "conv_id": text, "source": text, "client_ip": "192.0.2.14", "client_name": text,
            "vantage": "milter-postfix",
            "mta": "postfix", "t0": 1, "label_guess": text, "note": text, "events": events,
        ]
        for (name, object) in [
            ("sessions", session as Any), ("bad-vantage", session.merging(["vantage": text]) { $1 } as Any),
        ] {
            _ = try scratch.write(
                "\(name).jsonl",
                String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self) + "\n")
        }
        _ = try scratch.write(
            "mails.csv", "t,ip,recipient,label\n\(now.seconds),192.0.2.1,a@\(text),\(text)\n\(text)\n")
        _ = try scratch.write(
            "mail.log",
            "Nov  2 03:10:02 mx postfix/smtpd[1]: 4CCC: milter-reject: RCPT from \(text): 451 4.7.1 \(text)\n\(text)\n")
        _ = try scratch.write("list.txt", "\(text)\n192.0.2.1/\(text)\n")
        _ = try scratch.write(
            "argotd.conf", "mode = \(text.replacing("\r\n", with: "").replacing("\u{7}", with: ""))\n")
        _ = try scratch.write("model.dialects", "dialect \(text)\n")
        return scratch
    }

    private static func latin1(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 { result.unicodeScalars.append(Unicode.Scalar(byte)) }
        return result
    }

    /// Every way out: commands on what is stored and recorded, faults of files, errors that quote what was typed. `@` is the
    /// data directory.
    static let paths: [[String]] = [
        ["journal"], ["journal", "--json"], ["explain", text], ["explain", text, "--json"], ["explain", "no\(text)"],
        ["explain", "--client", text], ["report"], ["report", "--json"], ["lies"], ["lies", "--json"],
        ["lies", "effect"], ["lies", "campaigns"], ["lies", "campaigns", "--json"],
        ["lies", "effect", "--json"], ["lies", "undo", "b@\(text)", "192.0.2.1"], ["lies", "undo", "b", text],
        ["senders", "label", "--list"], ["senders", "label", "--list", "--json"],
        ["senders", "label", "--blocklist", "@/list.txt", "spam"],
        ["senders", "import", "@/mails.csv", "--output", "@/out.csv"],
        ["senders", "import", "@/mails.csv", "--output", "@/out2.csv", "--json"],
        ["senders", "import", "@/mail.log", "--output", "@/out3.csv"], ["senders", "cluster", "@/mails.csv"],
        ["replay", "@/sessions.jsonl"], ["replay", "@/sessions.jsonl", "--json"],
        ["replay", "@/sessions.jsonl", "--summary"],
        ["replay", "@/sessions.jsonl", "--summary", "--json"], ["replay", "@/bad-vantage.jsonl"],
        ["replay", "@/\(text)"],
        ["transcript", "@/sessions.jsonl"], ["transcript", "@/bad-vantage.jsonl"], ["config"], ["config", "--json"],
        ["config", "check", "--config", "@/argotd.conf"], ["config", "check", "--config", "@/argotd.conf", "--json"],
        ["config", "check", "--set", "mode=\(text)"], ["config", "check", "--set", text],
        ["dialects", "list", "--model", "@/model.dialects"], ["dialects", "show", text],
        ["dialects", "import", "@/mail.log"], ["dialects", "learn", "@/sessions.jsonl"], ["allow", text],
        ["deny", text],
        ["mode", text], [text], ["journal", "--\(text)"], ["status", "--socket", "/\(text)"],
        ["doctor", "--socket", "/\(text)", "--postfix-config", "/\(text)"], ["purge", "--recipient", "c@\(text)"],
        ["journal", "--recipient", text], ["journal", "--limit", text], ["report", "--since", text],
    ]

    @Test("is escaped, on every path", arguments: paths)
    func isEscaped(_ words: [String]) throws {
        let data = try Self.dataDirectory()
        let arguments = words.map { $0.hasPrefix("@/") ? data.path + $0.dropFirst() : $0 }
        let isAboutStore =
            !["dialects", "allow", "deny", "mode", "transcript", "manual"].contains(words[0]) && words[0] != Self.text
        let argot = try Argot(arguments + (isAboutStore ? ["--set", "data_directory=\(data.path)"] : []))
        for (name, output) in [("output", argot.output), ("errors", argot.errors)] {
            let raw = output.unicodeScalars.filter { Self.steers($0) }
            #expect(raw.isEmpty, "\(name): \(output.debugDescription)")
            #expect(
                !output.split(separator: "\n").contains { $0.hasPrefix("FORGED") },
                "\(name): \(output.debugDescription)")
        }
        #expect(!(argot.output + argot.errors).isEmpty)
    }

    @Test("stays readable where it is letters")
    func lettersStay() throws {
        let data = try Self.dataDirectory()
        let argot = try Argot("journal", "--set", "data_directory=\(data.path)")
        #expect(argot.output.contains("\\u{1b}]0;t\\u{7}\\u{9b}31m"))
        #expect(argot.output.contains("FORGED gr\u{f6}\u{df}e"))
        let json = try Argot("journal", "--json", "--set", "data_directory=\(data.path)")
        let rows = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(rows.first?["dialect"] as? String == Self.text)
    }

    /// Written out, not asked of the code under test.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a: false
        case 0...0x1f, 0x7f...0x9f, 0xad, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xe0000...0xe007f:
            true
        default: false
        }
    }
}
