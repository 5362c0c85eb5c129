import Dialects
import Envelopes
import Foundation
import Judgements
import Keeping
import KeyedHashing
import SMTP
import SQLiteStore
import ScratchFiles
import Testing

/// `argot dialects site`
@Suite("Dialects of the site, on the command line")
struct SiteDialectCommandTests {
    private struct Report: Decodable {
        struct Side: Decodable {
            let networks: Int
            let organisations: Int
        }
        struct Row: Decodable {
            let id: String
            let name: String?
            let state: String
            let depth: String
            let shape: String
            let spam: Side
            let proposals: [String]
        }
        let sightings: Int
        let judged: Int
        let dialects: [Row]
    }

    /// A data directory of a site that was watched for a week, in which six networks sent spam in one way.
    ///
    /// - Parameter prints: how they spoke, and from where.
    private func dataDirectory(
        _ prints: DialectFingerprints = DialectFingerprints(
            trace: 7 << 32, speech: 9 << 32, greeting: 1, shape: "greets name; MAIL address"),
        at vantage: Vantage = .milterPostfix
    ) throws -> Scratch {
        let scratch = try Scratch()
        let key = try HashingKey.loadOrCreate(file: scratch.path + "/hashing.key")
        let store = try Store(path: scratch.path + "/argot.sqlite", hashingKey: key)
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        var changes: [StoreChange] = []
        for number in 0..<12 {
            let isSpam = number < 6
            let time = now + -Int64(isSpam ? 3_600 : 86_400 * (number - 5))
            let client = try #require(ClientAddress("192.0.\(number).1"))
            changes.append(
                .sighting(
                    Sighting(
                        id: "s\(number).1", time: time, client: key.hash(client: client),
                        network: KeyedHash(bits: UInt128(number + 1)),
                        organisation: KeyedHash(bits: UInt128(number + 100)), vantage: vantage,
                        envelope: try #require(EnvelopeSummary(text: "helo.form fqdn")),
                        dialect: isSpam
                            ? prints
                            : DialectFingerprints(
                                trace: 8 << 32, speech: 10 << 32, greeting: 1, shape: "greets name; MAIL <>"),
                        judgements: isSpam ? [MailJudgement(.spam, from: .blocklist, at: time)] : [])))
        }
        try store.apply(changes)
        return scratch
    }

    @Test("lists what the daemon has seen, writes it, and takes a name")
    func lists() throws {
        let data = try dataDirectory()
        let file = data.path + "/site.dialects"
        let argot = try Argot(
            "dialects", "site", "--json", "--output", file, "--set", "data_directory=\(data.path)")
        #expect(argot.status == 0, "\(argot.errors)")
        let report = try Argot.decoder.decode(Report.self, from: Data(argot.output.utf8))
        #expect(report.sightings == 12 && report.judged == 6)
        #expect(report.dialects.map(\.depth) == ["course", "speech"])
        let row = try #require(report.dialects.last)
        #expect(row.state == "hostile" && row.spam.networks == 6 && row.shape == "greets name; MAIL address")
        #expect(!row.proposals.isEmpty)

        let label = try Argot("dialects", "label", "--model", file, row.id, "cutwail", "--class", "bot")
        #expect(label.status == 0, "\(label.errors)")
        let shown = try Argot("dialects", "site", "--file", file).output
        #expect(shown.contains("cutwail (bot)") && shown.contains("greets name; MAIL address"))
        // The name stays when the site is taught again.
        let again = try Argot(
            "dialects", "site", "--set", "data_directory=\(data.path)", "--set", "site_dialects=\(file)")
        #expect(again.output.contains("cutwail (bot)"), "\(again.errors)")
        #expect(!again.output.contains("greets name; MAIL <>"))
        #expect(try Argot("dialects", "site", "--all", "--file", file).output.contains("greets name; MAIL <>"))
    }

    @Test("what honest software of the model could have spoken is no signal, and the list names it")
    func knownSoftware() throws {
        var fingerprint = SessionFingerprint(vantage: .wire)
        let name = Array("192.0.2.1".utf8)
        for line in ["HELO 192.0.2.1", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>"] {
            let shape = HELOShape(of: name, client: nil, ptr: nil, server: nil)
            fingerprint.take(
                ClientMessage(kind: .command(try #require(SMTPVerb(line: line.utf8))), bytes: Array(line.utf8)),
                greeting: line.hasPrefix("HELO") ? (name, shape) : nil, isUnasked: false)
        }
        let data = try dataDirectory(fingerprint.fingerprints, at: .wire)
        let settings = ["--set", "data_directory=\(data.path)", "--set", "control_socket="]
        #expect(try Argot(["teach"] + settings).status == 0)
        let taught = try String(contentsOfFile: data.path + "/models/site.dialects", encoding: .utf8)
        #expect(
            taught.contains("wire mixed")
                && !taught.contains("speech \(String(fingerprint.speech, radix: 16)) wire hostile"))
        let report = try Argot.decoder.decode(
            Report.self, from: Data(try Argot(["dialects", "site", "--json"] + settings).output.utf8))
        let row = try #require(report.dialects.first { $0.depth == "speech" })
        #expect(row.state == "mixed" && row.spam.networks == 6)
        #expect(row.proposals.first?.contains("address-helo") == true, "\(row.proposals)")
        #expect(row.proposals.last?.hasPrefix("no known reply tells the pair") == true, "\(row.proposals)")
        #expect(try Argot(["dialects", "site"] + settings).output.contains("nobody honest has spoken so here yet"))
        // A model without that software knows nothing of it.
        let model = data.path + "/m.dialects"
        try Argot("dialects", "show", "postfix", "dronzho").output.write(
            toFile: model, atomically: true, encoding: .utf8)
        let ignorant = try Argot(["dialects", "site"] + settings + ["--set", "model_file=\(model)"])
        #expect(ignorant.output.contains("hostile"), "\(ignorant.output)\(ignorant.errors)")
    }

    @Test("a file that the configuration names is in force, and teaching leaves it alone")
    func named() throws {
        let data = try dataDirectory()
        let settings = ["--set", "data_directory=\(data.path)", "--set", "control_socket="]
        let taught = data.path + "/models/site.dialects"
        func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
        func teach(_ more: String...) throws -> Argot {
            let run = try Argot(["teach"] + settings + more.flatMap { ["--set", $0] })
            #expect(run.status == 0, "\(run.errors)")
            return run
        }
        #expect(try !teach().errors.contains("site_dialects"))
        let named = data.path + "/mine.dialects"
        let id = try #require(
            SiteDialectsDocument.dialects(from: Array(read(taught).utf8), file: taught).dialects.first {
                $0.depth == .speech
            })
        let label = try Argot(
            "dialects", "label", "--model", taught, "--output", named, id.id, "cutwail", "--class", "bot")
        #expect(label.status == 0, "\(label.errors)")
        let before = try read(named)
        try FileManager.default.removeItem(atPath: taught)
        let run = try teach("site_dialects=\(named)")
        #expect(run.errors.contains("site_dialects names \(named): that is in force"), "\(run.errors)")
        #expect(try read(named) == before)
        // What was taught has the names of what is in force, for the day on which it is used instead.
        #expect(try read(taught).contains("label cutwail bot"))
        // All commands look at the same file.
        #expect(
            try Argot(["dialects", "site"] + settings + ["--set", "site_dialects=\(named)"]).output.contains("cutwail"))
        let missing = try Argot(["replay", "/dev/null"] + settings + ["--set", "site_dialects=\(data.path)/none"])
        #expect(missing.status == 1 && missing.errors.contains("\(data.path)/none"), "\(missing.errors)")
    }

    @Test("says what is wrong with a file or a name, and where")
    func faults() throws {
        let scratch = try Scratch()
        let file = try scratch.write(
            "site.dialects", "argot-site-dialects 1\ntaught 1 2 3\ndialect speech 1f wire hostile\nseen x\n")
        let broken = try Argot("dialects", "site", "--file", file)
        #expect(broken.status == 1 && broken.errors.contains("\(file):4: "))
        let fine = try scratch.write(
            "fine.dialects", "argot-site-dialects 1\ntaught 1 2 3\ndialect speech 1f00000000 wire hostile\nend 1\n")
        for (words, problem) in [
            (["site-0000001f", "x"], "--class is missing"), (["nobody", "x", "--class", "bot"], "there is no dialect"),
            (["site-0000001f", "a/b", "--class", "bot"], "is no name"),
            (["site-0000001f", "a", "--class", "bad"], "bad"),
        ] {
            let run = try Argot(["dialects", "label", "--model", fine] + words)
            #expect(run.status != 0 && run.errors.contains(problem), "\(run.errors)")
        }
    }

    @Test("simulate shows what strangers reach")
    func simulate() throws {
        let scratch = try Scratch()
        let model = scratch.path + "/m.dialects"
        let exported = try Argot("dialects", "show", "mutt", "qmail", "dronzho").output
        try exported.write(toFile: model, atomically: true, encoding: .utf8)
        let poison = try Argot("dialects", "site", "simulate", "--model", model, "--poison", "mutt")
        #expect(poison.status == 0 && poison.output.contains("a botnet that speaks like the program"))
        let run = try Argot("dialects", "site", "simulate", "--model", model)
        #expect(run.output.contains("honest programs called: 0 of 2"), "\(run.output)\(run.errors)")
        #expect(try Argot("dialects", "site", "simulate", "--model", model, "--poison", "nobody").status == 1)
    }
}
