import Foundation
import Keeping
import KeyedHashing
import SMTP
import SQLiteStore
import ScratchFiles
import Testing

@Suite("argot senders import")
struct SendersImportTests {
    private struct Report: Decodable {
        let files: Int
        let lines: Int
        let filesNotRead: Int
        let linesImportedBefore: Int
        let mails: Int
        let refused: Int
        let labelled: Int
        let tooOld: Int
        let inFuture: Int
        let malformed: Int
        let withoutClient: Int
        let faults: [String]

        init(_ run: Argot) throws {
            self = try Argot.decoder.decode(Report.self, from: Data(run.output.utf8))
        }
    }

    /// One mail to two recipients and one refused, as each format tells it; `stamp` gives the times.
    private static func postfix(_ id: String, client: String = "192.0.2.201", stamp: (Int) -> String) -> String {
        """
        \(stamp(0)) mx postfix/smtpd[100]: \(id): client=mail.linden.example[\(client)]
        \(stamp(1)) mx postfix/lmtp[103]: \(id): to=<user1@lab.example>, relay=none, delay=0, dsn=2.0.0, status=sent (ok)
        \(stamp(1)) mx postfix/lmtp[103]: \(id): to=<info@other.example>, relay=none, delay=0, dsn=2.0.0, status=sent (ok)
        \(stamp(9)) mx postfix/smtpd[100]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]: 550 5.1.1 <no@lab.example>: Recipient address rejected: User unknown; from=<a@b.example> to=<no@lab.example> proto=ESMTP helo=<x>

        """
    }

    private static let sendmail = """
        2026-11-02T03:04:05Z mx sm-mta[7]: 6A23: from=<d@linden.example>, size=3, class=0, nrcpts=2, msgid=<1@l>, proto=ESMTP, daemon=MTA, relay=mail.linden.example [192.0.2.201]
        2026-11-02T03:04:06Z mx sm-mta[8]: 6A23: to=<user1@lab.example>,<info@other.example>, delay=00:00:01, mailer=local, pri=60300, dsn=2.0.0, stat=Sent
        2026-11-02T03:04:14Z mx sm-mta[9]: 6A24: ruleset=check_rcpt, arg1=<no@lab.example>, relay=unknown [198.51.100.7], reject=550 5.7.1 <no@lab.example>... Relaying denied

        """

    private static func iso(_ second: Int) -> String { "2026-11-02T03:04:\(String(format: "%02d", 5 + second))Z" }

    private static func journal(_ text: String, _ entry: (_ identifier: String, _ message: String, Int) -> String)
        -> String
    {
        text.split(separator: "\n").map { line in
            let words = line.split(separator: " ", maxSplits: 3)
            let identifier = words[2].prefix { $0 != "[" }
            return entry(String(identifier), String(words[3]), 1_793_588_645)
        }.joined()
    }

    /// The forms that tell of the same mails; the last two are tables.
    private static func forms(_ scratch: Scratch) throws -> [(name: String, file: String)] {
        let postfix = postfix("4B394AFEC1E8", stamp: iso)
        let export = journal(postfix) { identifier, message, second in
            "__REALTIME_TIMESTAMP=\(second)000001\nSYSLOG_IDENTIFIER=\(identifier)\nMESSAGE=\(message)\n\n"
        }
        let json = journal(postfix) { identifier, message, second in
            "{\"__REALTIME_TIMESTAMP\":\"\(second)000001\",\"SYSLOG_IDENTIFIER\":\"\(identifier)\","
                + "\"MESSAGE\":\"\(message)\"}\n"
        }
        let table = [
            ("192.0.2.201", "user1@lab.example"), ("192.0.2.201", "info@other.example"),
            ("198.51.100.7", "no@lab.example"),
        ]
        let csv = "t,ip,recipient\n" + table.map { "1793588645,\($0.0),\($0.1)\n" }.joined()
        let lines = table.map { "{\"t\":1793588645,\"ip\":\"\($0.0)\",\"recipient\":\"\($0.1)\"}\n" }.joined()
        let syslog = Self.postfix("4B394AFEC1E8") { "Nov  2 03:04:\(String(format: "%02d", 5 + $0))" }
        return try [
            ("postfix, RFC 3339", postfix), ("postfix, syslog", syslog), ("sendmail", sendmail), ("journal", export),
            ("journal JSON", json), ("CSV", csv), ("JSON lines", lines),
        ].enumerated().map { ($1.0, try scratch.write("form\($0)", $1.1)) }
    }

    /// The rows of an exported table: client and domain, and the refusal's code where logs know it.
    private static func rows(_ path: String) throws -> [[String]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    @Test("logs of Postfix and Sendmail, the journal, CSV and JSON lines tell the same mails")
    func formsAgree() throws {
        let scratch = try Scratch()
        for (name, file) in try Self.forms(scratch) {
            let output = scratch.path + "/out.csv"
            let run = try Argot("senders", "import", file, "--output", output, "--year", "2026", "--json")
            #expect(run.status == 0, "\(name): \(run.errors)")
            let rows = try Self.rows(output)
            #expect(
                rows.map { "\($0[1]) \($0[2])" }.sorted() == [
                    "192.0.2.201 lab.example", "192.0.2.201 other.example", "198.51.100.7 lab.example",
                ], "\(name)")
            if !name.contains("syslog") { #expect(rows.first?[0] == "1793588645", "\(name)") }
            let isTable = name.hasPrefix("CSV") || name.hasPrefix("JSON")
            #expect(rows.map { $0[5] }.filter { $0 == "550" }.count == (isTable ? 0 : 1), "\(name)")
            let report = try Report(run)
            #expect(report.mails == 3 && report.malformed == 0 && report.faults.isEmpty, "\(name)")
        }
    }

    @Test("a rotated set is read in order of time, packed or not, and queue ids go on from file to file")
    func readsRotatedSets() throws {
        let scratch = try Scratch()
        let old = Self.postfix("4AAA", client: "192.0.2.1") { "2026-11-01T01:00:\(String(format: "%02d", $0))Z" }
        let middle = "2026-11-02T01:00:00Z mx postfix/smtpd[1]: 4BBB: client=a.example[192.0.2.2]\n"
        let new =
            "2026-11-03T01:00:00Z mx postfix/lmtp[1]: 4BBB: to=<u@late.example>, relay=none, delay=0, dsn=2.0.0, "
            + "status=sent (ok)\n"
        let packed = scratch.path + "/mail.log.2.gz"
        try GzipBytes.packed(old).write(to: URL(filePath: packed))
        let files = [
            try scratch.write("mail.log", new), packed, try scratch.write("mail.log.1", middle),
        ]
        let output = scratch.path + "/out.csv"
        let run = try Argot(["senders", "import"] + files + ["--output", output, "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let rows = try Self.rows(output)
        #expect(rows.map { $0[1] } == ["192.0.2.1", "192.0.2.1", "198.51.100.7", "192.0.2.2"])
        #expect(rows.last?[2] == "late.example")
        // Its time is that of the client's line.
        #expect(rows.last?[0] == "1793581200")
    }

    /// A data directory, and how much its database counts.
    private struct Site {
        let scratch: Scratch
        let arguments: [String]

        init() throws {
            scratch = try Scratch()
            arguments = ["--set", "data_directory=\(scratch.path)", "--set", "senders_retention=60d"]
        }

        func run(_ words: [String]) throws -> Report {
            let run = try Argot(["senders", "import"] + words + arguments + ["--json"])
            // A command of which no file can be read fails, and prints its report all the same.
            let report = try Report(run)
            #expect((run.status == 0) == (report.filesNotRead < report.files), "\(run.errors)")
            return report
        }

        func cells() throws -> [SenderCell] {
            var cells: [SenderCell] = []
            try Store(readingFrom: scratch.path + "/argot.sqlite").senderCells(
                since: UnixTime(seconds: 0), until: UnixTime(seconds: .max), limit: 1_000
            ) { cells.append($0) }
            return cells
        }

        func mails() throws -> UInt32 { try cells().reduce(0) { $0 + $1.mails } }
    }

    private static let now = Int64(Date().timeIntervalSince1970)

    private static func table(_ numbers: Range<Int>, label: String = "") -> String {
        numbers.map { "\(now - 3_600 + Int64($0)),192.0.2.\($0),d\($0).example,\(label)\n" }.joined()
    }

    @Test("a second run adds nothing, a file that has grown goes on, and an unfinished line waits")
    func resumes() throws {
        let site = try Site()
        let header = "t,ip,recipient,label\n"
        let file = try site.scratch.write("mails.csv", header + Self.table(0..<10))
        #expect(try site.run([file]).mails == 10)
        let again = try site.run([file])
        #expect(again.mails == 0 && again.linesImportedBefore == 11)
        #expect(try site.mails() == 10)
        let grown = header + Self.table(0..<15)
        _ = try site.scratch.write("mails.csv", String(grown.dropLast()))
        #expect(try site.run([file]).mails == 4)
        _ = try site.scratch.write("mails.csv", grown)
        #expect(try site.run([file]).mails == 1)
        #expect(try site.mails() == 15)
        // Rotated and packed it is the same file.
        let packed = site.scratch.path + "/mails.csv.1.gz"
        try GzipBytes.packed(grown).write(to: URL(filePath: packed))
        #expect(try site.run([packed]).mails == 0)
        // Another file is another file, whatever its name.
        _ = try site.scratch.write("mails.csv", header + Self.table(20..<22))
        #expect(try site.run([file]).mails == 2)
        #expect(try site.mails() == 17)
    }

    @Test("labels are counted with their mails; what is older than is kept is passed over")
    func countsLabels() throws {
        let site = try Site()
        let text =
            "t,ip,recipient,label,weight\n\(Self.now - 60),192.0.2.1,a.example,spam,3\n"
            + "\(Self.now - 60),192.0.2.2,a.example,ham,\n\(Self.now - 60),2001:db8::1,b.example,,2\n"
            + "\(Self.now - 90 * 86_400),192.0.2.3,a.example,spam,1\n"
        let report = try site.run([try site.scratch.write("mails.csv", text)])
        #expect(report.mails == 6 && report.labelled == 4 && report.tooOld == 1)
        let cells = try site.cells()
        #expect(cells.count == 3)
        #expect(cells.reduce(0) { $0 + $1.spam } == 3)
        #expect(cells.reduce(0) { $0 + $1.honest } == 1)
        #expect(try Store(readingFrom: site.scratch.path + "/argot.sqlite").counts().senderCells == 3)
    }

    @Test("a file of which all is too old is imported once more is kept")
    func comesBackToOldFiles() throws {
        let site = try Site()
        let file = try site.scratch.write("mails.csv", "t,ip,recipient,label\n" + Self.table(0..<10))
        let short = try Argot(
            "senders", "import", file, "--set", "data_directory=\(site.scratch.path)", "--set",
            "senders_retention=600s", "--set", "senders_window=300s", "--set", "senders_interval=60s")
        #expect(short.status == 0, "\(short.errors)")
        #expect(try site.mails() == 0)
        #expect(try site.run([file]).mails == 10)
        #expect(try site.run([file]).mails == 0)
        #expect(try site.mails() == 10)
    }

    @Test("nothing of an address or a domain is in the database")
    func keepsPseudonyms() throws {
        let site = try Site()
        let names = ["extraordinary.example", "203.0.113.77"]
        let text = "t,ip,recipient\n\(Self.now),\(names[1]),someone@\(names[0])\n"
        _ = try site.run([try site.scratch.write("mails.csv", text)])
        let files = try FileManager.default.contentsOfDirectory(atPath: site.scratch.path)
        for file in files where file.hasPrefix("argot.sqlite") {
            let bytes = try Data(contentsOf: URL(filePath: site.scratch.path + "/" + file))
            for name in names { #expect(bytes.range(of: Data(name.utf8)) == nil, "\(file)") }
            #expect(bytes.range(of: Data("someone".utf8)) == nil)
        }
    }

    @Test("what cannot be read is named with file and line, and the rest is imported")
    func namesWhatItCannotRead() throws {
        let site = try Site()
        let text =
            "t,ip,recipient,label\nsoon,192.0.2.1,a.example,\n\(Self.now),nowhere,a.example,\n"
            + "\(Self.now),192.0.2.1,a.example,perhaps\n\(Self.now),192.0.2.1,\"a.example,\n"
            + "\(Self.now),192.0.2.1,a.example,spam\n"
        let file = try site.scratch.write("mails.csv", text)
        let report = try site.run([file])
        #expect(report.mails == 1 && report.malformed == 4)
        for line in 2...5 { #expect(report.faults.contains { $0.hasPrefix("\(file):\(line): ") }) }
        let weights =
            "\u{feff}t,ip,recipient,weight\n"
            + ["-3", "99999999999", "0", "2"].map {
                "\(Self.now),192.0.2.8,w.example,\($0)\n"
            }.joined()
        let weighed = try site.run([try site.scratch.write("weights.csv", weights)])
        #expect(weighed.mails == 2 && weighed.malformed == 3)
        #expect(weighed.faults.allSatisfy { $0.contains("is not a weight") })
        let log = try site.scratch.write("log", Self.postfix("4B39", stamp: Self.iso) + "no line of a log\n")
        #expect(try site.run([log]).malformed == 1)

        // A packed file that is cut off gives what came before, and its name.
        let packed = GzipBytes.packed("t,ip,recipient\n" + Self.table(0..<200).replacing(",\n", with: "\n"))
        let cut = site.scratch.path + "/cut.gz"
        try packed.prefix(packed.count / 2).write(to: URL(filePath: cut))
        let partial = try site.run([cut])
        #expect(partial.faults.contains { $0.contains("cut.gz") })
        let unknown = try Argot(["senders", "import", try site.scratch.write("x", "hello\nworld\n")] + site.arguments)
        #expect(unknown.status != 0)
        #expect(unknown.errors.contains("--format"))
        let missing = try Argot(["senders", "import", site.scratch.path + "/none"] + site.arguments)
        #expect(missing.status != 0)
        #expect(missing.errors.contains("none"))
    }
}

@Suite("argot senders import and files that are not what they seem")
struct SendersImportSilenceTests {
    private func run(_ scratch: Scratch, _ words: [String]) throws -> Argot {
        try Argot(
            ["senders", "import"] + words + [
                "--set", "data_directory=\(scratch.path)", "--set", "senders_retention=60d",
            ])
    }

    private static let stamp = "\(Int64(Date().timeIntervalSince1970) - 3_600).0"

    private static func refusal(_ program: String) -> String {
        "\(stamp) mx \(program)[1]: NOQUEUE: reject: RCPT from a[192.0.2.1]: 550 5.1.1 <u@lab.example>: no; from=<> "
            + "to=<u@lab.example> proto=SMTP helo=<x>\n"
    }

    @Test("a log in which no line names a mail server fails, is named, and is not remembered as read")
    func namesSilence() throws {
        let scratch = try Scratch()
        let log = try scratch.write("log", Self.refusal("exim4"))
        for _ in 1...2 {
            let silent = try run(scratch, [log])
            #expect(silent.status == 1)
            #expect(silent.errors.contains("\(log): no line names Postfix or Sendmail (but exim4)"), "\(silent.errors)")
            #expect(silent.output.contains("lines"))
        }
        // The same beginning, now with lines that can be read: nothing counts as imported before.
        _ = try scratch.write("log", Self.refusal("exim4") + Self.refusal("mx-in/smtpd"))
        let read = try run(scratch, [log, "--json"])
        #expect(read.status == 0)
        #expect(
            read.output.contains("\"mails\" : 1") && read.output.contains("\"lines_imported_before\" : 0"),
            "\(read.output)")
        #expect(try run(scratch, [log, "--json"]).output.contains("\"lines_imported_before\" : 2"))
    }

    @Test("of several files the others are read; the one that says nothing is named")
    func readsTheOthers() throws {
        let scratch = try Scratch()
        let silent = try scratch.write("one", Self.refusal("exim4"))
        let good = try scratch.write("two", Self.refusal("postfix/smtpd"))
        let empty = try scratch.write("three", "")
        let both = try run(scratch, [silent, good, empty])
        #expect(both.status == 0)
        #expect(both.errors.contains("one: no line names") && !both.errors.contains("two: "), "\(both.errors)")
    }

    @Test(
        "a table whose first line lacks a column is named and not remembered")
    func namesTables() throws {
        let scratch = try Scratch()
        let table = try scratch.write("mails.csv", "t,ip\n1,192.0.2.1\n")
        let bad = try run(scratch, [table, "--format", "csv"])
        #expect(bad.status == 1)
        #expect(bad.errors.contains("mails.csv:1: the first line must name"), "\(bad.errors)")
        let list = try scratch.write("drop.json", "{\"cidr\":\"192.0.2.0/24\"}\n")
        for _ in 1...2 {
            let other = try run(scratch, [list, "--json"])
            #expect(other.status == 1)
            #expect(other.output.contains("none of its lines is understood"), "\(other.output)")
            #expect(other.output.contains("\"lines_imported_before\" : 0"))
        }
    }

    @Test("the standard input is told by its first lines, of which the very first may be cut off")
    func readsPipes() throws {
        let scratch = try Scratch()
        let json = "{\"t\":1790000000,\"ip\":\"192.0.2.5\",\"recipient\":\"u@lab.example\"}\n"
        for (input, mails, faults) in [
            (Self.refusal("postfix/smtpd"), 1, 0), ("tfix/smtpd[1]: cut\n" + Self.refusal("postfix/smtpd"), 1, 1),
            (json + json, 2, 0), ("t;ip;recipient\n1790000000;192.0.2.5;lab.example\n", 1, 0),
        ] {
            let output = scratch.path + "/out.csv"
            let read = try Argot(["senders", "import", "-", "--output", output, "--json"], input: input)
            #expect(read.status == 0, "\(read.errors)")
            #expect(read.output.contains("\"mails\" : \(mails),"), "\(input): \(read.output)")
            #expect(read.output.contains("\"malformed\" : \(faults),"), "\(input): \(read.output)")
        }
        let none = try Argot(
            ["senders", "import", "-", "--output", scratch.path + "/out.csv"], input: "hello\nworld\n")
        #expect(none.status == 1)
        #expect(none.errors.contains("--format"), "\(none.errors)")
    }

    @Test("messages dated ahead are passed over and counted; numbers beyond sense never trap")
    func passesOverTheFuture() throws {
        let scratch = try Scratch()
        let now = Int64(Date().timeIntervalSince1970)
        let table = try scratch.write(
            "mails.csv",
            "t,ip,recipient\n\(now + 90_000),192.0.2.1,a.example\n1e30,192.0.2.1,a.example\n-1e12,192.0.2.1,a.example\n"
                + "253402300799,192.0.2.1,a.example\n\(now - 60),192.0.2.1,a.example\n")
        let read = try run(scratch, [table])
        #expect(read.status == 0)
        let rows = read.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        for row in [
            "messages imported 1", "messages dated in the future 2", "lines not understood 2", "rows of tables 2",
        ] {
            #expect(rows.contains(row), "\(rows)")
        }
    }

    @Test("JSON lines: numbers in quotes, several recipients, and what is not one")
    func readsJSON() throws {
        let scratch = try Scratch()
        let lines = try scratch.write(
            "mails.jsonl",
            """
            {"t":1790000000,"ip":"192.0.2.5","recipient":"u@lab.example"}
            {"t":"1790000000","ip":"192.0.2.6","recipient":"u@lab.example","label":"spam","weight":"2"}
            {"ip":"192.0.2.7","recipient":["a@lab.example","b@other.example"],"t":1790000000.5}
            {"ip":"192.0.2.7","recipient":"a@lab.example","t":1e300}
            {"ip":"192.0.2.7","recipient":"a@lab.example","t":1790000000,"weight":-1}
            {"ip":"192.0.2.7","recipient":[],"t":1790000000}

            """)
        let output = scratch.path + "/out.csv"
        let read = try run(scratch, [lines, "--output", output, "--json"])
        #expect(read.status == 0, "\(read.errors)")
        #expect(
            try String(contentsOfFile: output, encoding: .utf8) == """
                t,ip,recipient,label,weight,code
                1790000000,192.0.2.5,lab.example,,1,
                1790000000,192.0.2.6,lab.example,spam,2,
                1790000000,192.0.2.7,lab.example,,1,
                1790000000,192.0.2.7,other.example,,1,

                """)
        #expect(read.output.contains("\"malformed\" : 3"), "\(read.output)")
    }

    @Test(
        "times without a zone are those of --time-zone; a zone that is not one is refused",
        arguments: [
            ("UTC", 1_793_588_645), ("+01:00", 1_793_585_045), ("-0530", 1_793_608_445),
            ("Europe/Berlin", 1_793_585_045),
        ])
    func minds(zone: String, seconds: Int) throws {
        let scratch = try Scratch()
        let log = try scratch.write(
            "log",
            "Nov  2 03:04:05 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[192.0.2.1]: 550 no; from=<> "
                + "to=<u@lab.example> proto=SMTP helo=<x>\n")
        let output = scratch.path + "/out.csv"
        let read = try run(scratch, [log, "--output", output, "--year", "2026", "--time-zone", zone])
        #expect(read.status == 0, "\(read.errors)")
        #expect(try String(contentsOfFile: output, encoding: .utf8).contains("\n\(seconds),192.0.2.1,"))
        for wrong in ["Mars/Base", "+99", "../../etc/passwd", ""] {
            #expect(try run(scratch, [log, "--time-zone", wrong]).status != 0, "\(wrong)")
        }
    }
}
