import SMTP
import Seeded
import SpamTracker
import Testing

@testable import SenderLab

@Suite("Tables of messages")
struct MailTableTests {
    /// What a table tells: `time client domain label weight`, or `line: problem`.
    private static func told(_ text: String) throws -> [String] {
        var table = MailTable(file: "mails.csv")
        var outcomes: [MailTable.Outcome] = []
        for (number, line) in text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            outcomes += try table.take(Array(line)[...], number: number + 1)
        }
        outcomes += try table.finish()
        return outcomes.map { outcome in
            switch outcome {
            case .row(let row):
                let label = row.label == .spam ? " spam" : row.label == .honest ? " ham" : ""
                return "\(row.time.seconds) \(row.client) \(row.domain)\(label)"
                    + (row.weight > 1 ? " x\(row.weight)" : "")
            case .fault(let fault): return "\(fault.line): \(fault.problem)"
            }
        }
    }

    private static let first = "1790000000 192.0.2.5 lab.example spam"

    @Test(
        "rows as spreadsheets and programs write them",
        arguments: [
            ("t,ip,recipient,label\r\n1790000000,192.0.2.5,u@lab.example,spam\r\n", [first]),
            ("\u{feff}T, IP ,Recipient,Label\n\"1790000000\",\"192.0.2.5\",\"u@lab.example\",\"spam\"", [first]),
            ("t;ip;recipient;label\n1790000000,25;192.0.2.5;u@lab.example;SPAM", [first]),
            ("t\tip\trecipient\tlabel\n1790000000.25\t[192.0.2.5]\t<u@LAB.Example.>\tspam", [first]),
            ("label,x,recipient,ip,t\nspam,\"a,\"\"b\",lab.example,192.0.2.5,1790000000", [first]),
            (
                "t,ip,recipient,label,note\n1790000000,192.0.2.5,u@lab.example,spam,\"one\ntwo, and \"\"three\"\"\n\"",
                [first]
            ),
            (
                "t,ip,recipient\n\n1790000000,2001:db8::5,\"\"\"a, b\"\"@lab.example\"\n",
                ["1790000000 2001:db8::5 lab.example"]
            ),
            ("t,ip,recipient,weight\n1790000000,192.0.2.5,lab.example,7", ["1790000000 192.0.2.5 lab.example x7"]),
            ("t,ip,recipient\n1790000000,192.0.2.5,u@bücher.example", ["1790000000 192.0.2.5 xn--bcher-kva.example"]),
        ])
    func rows(text: String, expected: [String]) throws { #expect(try Self.told(text) == expected) }

    @Test(
        "what is not a row is told with its line and the remedy, and never trapped on",
        arguments: [
            ("2026-09-21T12:00:00Z,192.0.2.5,x", "is a date: give seconds since 1970"),
            ("21.09.2026 12:00,192.0.2.5,x", "is a date"), ("9/21/2026,192.0.2.5,x", "is a date"),
            ("1790000000000,192.0.2.5,x", "not parts of seconds"), ("1e30,192.0.2.5,x", "is not a time"),
            ("-1e12,192.0.2.5,x", "is not a time"), ("nan,192.0.2.5,x", "is not a time"),
            ("inf,192.0.2.5,x", "is not a time"),
            (",192.0.2.5,x", "is not a time"), ("soon,192.0.2.5,x", "is not a time"),
            ("1,300.0.2.5,x", "is not an IP address"), ("1,192.0.2.5", "2 fields"),
            ("1,192.0.2.5,\"O\"\"Neil\"@lab.example", "text follows a closing quote"),
            ("1,192.0.2.5,a\"b@lab.example", "a quote in the middle"),
            ("1,192.0.2.5,x,perhaps", "is not a label"),
            ("1,192.0.2.5,x,,-3", "is not a weight"), ("1,192.0.2.5,x,,0", "is not a weight"),
            ("1,192.0.2.5,x,,99999999999", "is not a weight"), ("1,192.0.2.5,x,,1.5", "is not a weight"),
        ])
    func faults(row: String, problem: String) throws {
        let header = row.split(separator: ",", omittingEmptySubsequences: false).count > 3 ? ",label,weight" : ""
        let width = header.isEmpty ? "" : row.hasSuffix("perhaps") ? "," : ""
        let told = try Self.told("t,ip,recipient\(header)\n\(row)\(width)\n9,192.0.2.9,y\(header.isEmpty ? "" : ",,")")
        #expect(told.count == 2)
        #expect(told.first?.hasPrefix("2: ") == true && told.first?.contains(problem) == true, "\(told)")
        #expect(told.last == "9 192.0.2.9 y")
    }

    @Test("a quote that is never closed spoils its own line only")
    func openQuote() throws {
        let rows = (1...40).map { "\($0),192.0.2.\($0),d.example" }
        var lines = rows
        lines[4] = "5,192.0.2.5,\"d.example"
        let told = try Self.told((["t,ip,recipient"] + lines).joined(separator: "\n"))
        #expect(told.count == 40)
        #expect(told[4] == "6: a quote is not closed")
        #expect(told.filter { $0.hasSuffix("d.example") }.count == 39)
    }

    @Test(
        "a first line that does not name the columns, or names one twice, is a fault of the file",
        arguments: [
            ("a,b,c", "t, ip, recipient"), ("", "t, ip, recipient"),
            ("t,ip,ip,recipient", "ip is named more than once"),
            ("t,ip,recipient,label,LABEL", "label is named more than once"),
        ])
    func headers(header: String, problem: String) throws {
        let fault = try #require(throws: DocumentFault.self) { try Self.told(header) }
        #expect(fault.problem.contains(problem))
        #expect(!MailTable.isHeader(Array(header.utf8)[...]))
    }
    /// Rows as programs write them are read in one pass: to what they are when read with care.
    @Test("A plain row is what it is when read with care", arguments: [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09])
    func plainRows(separator: UInt8) throws {
        var generator = SeededGenerator(seed: UInt64(separator))
        let times = ["0", "1790000000", "999999999999", "1790000000.5", "", "-1", "1e9", "01", " 7"]
        let addresses = ["192.0.2.1", "8.8.8.8", "2001:db8::1", "[192.0.2.1]", "192.0.2.256", "01.2.3.4", "x"]
        let recipients = [
            "a@d.example", "d.example", "A@d.example", "a@D.example", "<a@d>", "a@b@c", "a@d.", "", "u@b\u{fc}",
        ]
        let labels = ["spam", "ham", "", "SPAM", "honest", "legit", "spam", "x"]
        let weights = ["", "1", "0", "7", "1234567890", "4294967296", "-1"]
        let columns = MailTable.Columns(time: 0, address: 2, recipient: 1, label: 3, weight: 5, width: 4)
        let between = String(decoding: [separator], as: UTF8.self)
        var plainRows = 0
        for _ in 0..<20_000 {
            // The likely ones stand first.
            func any(_ values: [String]) -> String {
                values[
                    min(
                        Int.random(in: 0..<values.count, using: &generator),
                        Int.random(in: 0..<values.count, using: &generator))]
            }
            let fields = [any(times), any(recipients), any(addresses), any(labels), "other", any(weights)]
            let line = Array(fields.prefix(Int.random(in: 4...6, using: &generator)).joined(separator: between).utf8)
            guard let row = MailRow(plain: line[...], separator: separator, columns: columns) else { continue }
            plainRows += 1
            let read = try MailRow(
                time: fields[0], address: fields[2], recipient: fields[1], label: fields[3],
                weight: line.split(separator: separator, omittingEmptySubsequences: false).count > 5 ? fields[5] : "")
            #expect(row == read, "\(fields)")
        }
        #expect(plainRows > 500)
        #expect(MailRow(plain: Array("1,\"a,b\",192.0.2.1,spam".utf8)[...], separator: 0x2c, columns: columns) == nil)
    }
}
