import Foundation
import Keeping
import SMTP
import SQLiteStore
import ScratchFiles
import Testing

@Suite("argot senders label")
struct SendersLabelTests {
    private struct Row: Decodable, Equatable {
        let network: String
        let label: String
        let origin: String
        let source: String
    }

    /// A data directory with a database.
    private struct Site {
        let scratch: Scratch

        init() throws {
            scratch = try Scratch()
            let now = Int64(Date().timeIntervalSince1970)
            let mails = try scratch.write("mails.csv", "t,ip,recipient\n\(now),192.0.2.1,a.example\n")
            let run = try Argot("senders", "import", mails, "--set", "data_directory=\(scratch.path)")
            #expect(run.status == 0, "\(run.errors)")
        }

        func label(_ words: String...) throws -> Argot {
            try Argot(["senders", "label"] + words + ["--set", "data_directory=\(scratch.path)"])
        }

        func rows() throws -> [Row] {
            try JSONDecoder().decode([Row].self, from: Data(try label("--list", "--json").output.utf8))
        }

        func labels() throws -> [SenderNetworkLabel] {
            try Store(readingFrom: scratch.path + "/argot.sqlite").senderLabels()
        }
    }

    @Test("the administrator's labels are set, changed, listed and taken back")
    func setsLabels() throws {
        let site = try Site()
        #expect(try site.rows().isEmpty)
        #expect(try site.label("198.51.100.7", "spam").status == 0)
        #expect(try site.label("2001:db8::/48", "ham").status == 0)
        #expect(
            try site.rows() == [
                Row(network: "198.51.100.7/32", label: "spam", origin: "administrator", source: ""),
                Row(network: "2001:db8::/48", label: "ham", origin: "administrator", source: ""),
            ])
        #expect(try site.label("198.51.100.7", "ham").status == 0)
        #expect(try site.labels().map(\.isSpam) == [false, false])
        #expect(try site.label("198.51.100.7", "none").status == 0)
        #expect(try site.rows().map(\.network) == ["2001:db8::/48"])
        let twice = try site.label("198.51.100.7", "none")
        #expect(twice.status != 0)
        #expect(twice.errors.contains("198.51.100.7/32 has no label of yours"))
        #expect(try site.label("--list").output.contains("2001:db8::/48"))
    }

    @Test(
        "what makes no sense is refused with a reason",
        arguments: [
            (["198.51.100.7", "bad"], "spam, ham or none"),
            (["198.51.100.7/24", "spam"], "not a network in CIDR form"),
            (["somewhere", "spam"], "not an address"), (["198.51.100.7"], "spam, ham or none"), ([], "name a network"),
            (["198.51.100.7", "spam", "--list"], "name a network"),
            (["0.0.0.0/0", "spam"], "too much of the Internet"), (["2000::/8", "ham"], "at most a /8, of IPv6 a /16"),
        ])
    func refuses(_ words: [String], _ part: String) throws {
        let run = try Argot(["senders", "label"] + words)
        #expect(run.status != 0)
        #expect(run.errors.contains(part), "\(run.errors)")
    }

    @Test("without a database there is a reason, too")
    func needsADatabase() throws {
        let scratch = try Scratch()
        let run = try Argot("senders", "label", "192.0.2.1", "spam", "--set", "data_directory=\(scratch.path)")
        #expect(run.status != 0)
        #expect(run.errors.contains("argot.sqlite: ") && run.errors.contains("start argotd"), "\(run.errors)")
    }

    @Test("blocklists are read plain and as rbldnsd has them, replaced as a whole, and forgotten")
    func importsBlocklists() throws {
        let site = try Site()
        let list = try site.scratch.write(
            "list",
            """
            # plain
            $SOA 3000 ns.example admin.example 0 600 300 86400 300
            :127.0.0.2:Listed, see http://list.example/$
            192.0.2.5
            198.51.100.0/24 :127.0.0.3:dialups
            203.0.113.8-11
            2001:db8:1::/48
            !192.0.2.5
            bad.example
            ???
            """)
        let first = try site.label("--blocklist", list)
        #expect(first.status == 0)
        #expect(first.errors.contains("list:10: "), "\(first.errors)")
        #expect(try site.rows().map(\.network) == ["198.51.100.0/24", "2001:db8:1::/48", "203.0.113.8/30"])
        #expect(try site.rows().allSatisfy { $0.label == "spam" && $0.origin == "blocklist" && $0.source == list })

        // Another list and the administrator speak for themselves.
        let other = try site.scratch.write("other", "198.51.100.0/24\n")
        #expect(try site.label("--blocklist", other).status == 0)
        #expect(try site.label("198.51.100.0/24", "ham").status == 0)
        #expect(try site.labels().count == 5)
        _ = try site.scratch.write("list", "192.0.2.9\n")
        #expect(try site.label("--blocklist", list).status == 0)
        #expect(try site.rows().filter { $0.source == list }.map(\.network) == ["192.0.2.9/32"])
        #expect(try site.label("--blocklist", list, "--remove").status == 0)
        #expect(try site.rows().count == 2)
        let again = try site.label("--blocklist", list, "--remove")
        #expect(again.status != 0)
        #expect(again.errors.contains("there are no labels from"))
        let empty = try site.label("--blocklist", try site.scratch.write("empty", "# nothing\n"))
        #expect(empty.status != 0)
        #expect(try site.rows().count == 2)
    }

    @Test("what a list lets in is cut out of what it lists; what cannot be read is told line by line")
    func readsExceptions() throws {
        let site = try Site()
        let list = try site.scratch.write(
            "list",
            "\u{feff}192.0.2.0/30 reject\r\n192.0.2.1 permit\r\n198.51.100.0 - 198.51.100.255\r\n192.0.2.9 192.0.2.12\r\n"
                + "bad.example REJECT\r\n203.0.113.0/24\tdunno\r\n")
        let run = try site.label("--blocklist", list)
        #expect(run.status == 0)
        #expect(try site.rows().map(\.network) == ["192.0.2.0/32", "192.0.2.2/31", "198.51.100.0/24"])
        #expect(run.errors.contains("list:4: two addresses"), "\(run.errors)")
        #expect(run.errors.contains("1 lines skipped") && run.errors.contains("1 domain names skipped"))
        #expect(run.errors.contains("2 networks are permitted"))
    }

    @Test("a list that was closed, or is none, labels nobody, and what it said before stays")
    func distrustsLists() throws {
        let site = try Site()
        let list = try site.scratch.write("list", "192.0.2.5\n")
        #expect(try site.label("--blocklist", list).status == 0)
        _ = try site.scratch.write("list", "0.0.0.0/0 :127.0.0.2:closed\n::/0\n192.0.2.6\n")
        let closed = try site.label("--blocklist", list)
        #expect(closed.status == 0)
        #expect(closed.errors.contains("has the list been discontinued?"))
        #expect(try site.rows().map(\.network) == ["192.0.2.6/32"])
        for text in ["0/0\n", "192.0.2.7\n\u{1b}]2;x\u{7}\n[garbage]\n"] {
            _ = try site.scratch.write("list", text)
            let refused = try site.label("--blocklist", list)
            #expect(refused.status != 0)
            #expect(!refused.errors.contains("\u{1b}") && !refused.errors.contains("\u{7}"))
            #expect(try site.rows().map(\.network) == ["192.0.2.6/32"])
        }
    }
}
