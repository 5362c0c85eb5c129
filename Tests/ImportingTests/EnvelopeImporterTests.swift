import Files
import Foundation
import SMTP
import ScratchFiles
import Testing

@testable import Importing

/// Records of stored mail.
struct EnvelopeImporterTests {
    private struct Record: Decodable {
        let t: Int
        let ip: String
        let label: String
        let proto: String?
        let helo: String?
        let rdns: String?
        let forged: Bool?
        let by: String?
        let mailer: String?
        let hdr_order: [String]
        let mail_from_domain: String?
        let message_id: String?
        let date: String?
    }

    private func mail(
        _ number: Int, by server: String = "mx.example.org", name: String = "mail.example.net", body: String = "text\n"
    ) -> String {
        """
        Return-Path: <a@example.net>
        Delivered-To: b@example.org
        Received: from localhost (localhost [127.0.0.1])
        \tby \(server) (Postfix) with ESMTP id B\(number); Sun, 22 Nov 2026 03:44:50 +0000
        X-Spam-Flag: YES
        Received: from helo\(number).example (\(name) [192.0.2.\(number % 250)])
        \tby \(server) (Postfix) with ESMTPS id A\(number); Sun, 22 Nov 2026 03:44:49 +0000
        Received: from forged ([198.51.100.1])
        \tby \(server) (Postfix) with ESMTP id C\(number); Sun, 22 Nov 2026 03:44:48 +0000
        X-Spam-Status: Yes
        Date: Sun, 22 Nov 2026 04:44:48 +0100
        Subject: \(number)
        Message-Id: <\(number)@example.net>
        X-Mailer: Mailer 1.0

        \(body)
        """
    }

    private func run(
        _ sources: [MailSource], servers: [String] = [], in scratch: Scratch
    ) throws -> (records: [Record], report: EnvelopeImportReport, told: [String]) {
        var told: [String] = []
        let output = scratch.path + "/records.jsonl"
        let report = try EnvelopeImporter.run(sources, servers: servers, into: output) { news in
            switch news {
            case .fault(let fault): told.append("\(fault)")
            case .remark(let text): told.append(text)
            case .begins, .reached, .ends: break
            }
        }
        let text = try String(contentsOfFile: output, encoding: .utf8)
        let records = try text.split(separator: "\n").map { try JSONDecoder().decode(Record.self, from: Data($0.utf8)) }
        return (records, report, told)
    }

    @Test("The site's own field tells who sent; nothing below it or of the site's filters does")
    func fields() throws {
        let scratch = try Scratch()
        let file = try scratch.write("one", mail(7))
        let (records, report, told) = try run([MailSource(path: file, label: .honest)], in: scratch)
        let record = try #require(records.first)
        #expect(records.count == 1 && report.written == 1 && report.servers == ["mx.example.org"])
        #expect(record.ip == "192.0.2.7" && record.helo == "helo7.example" && record.rdns == "mail.example.net")
        #expect(record.proto == "ESMTP" && record.by == "mx.example.org" && record.label == "ham")
        #expect(record.hdr_order == ["Received", "Date", "Subject", "Message-Id", "X-Mailer"])
        #expect(record.mail_from_domain == "example.net" && record.mailer == "Mailer 1.0")
        #expect(record.message_id == "<7@example.net>" && record.date == "Sun, 22 Nov 2026 04:44:48 +0100")
        #expect(record.t == 1_795_319_089 && record.forged == false)
        #expect(told.contains { $0.contains("mx.example.org (1)") })
    }

    @Test("An mbox: broken quoting begins nothing, whatever ends its lines, packed or not", arguments: ["\n", "\r\n"])
    func mbox(lineEnd: String) throws {
        let scratch = try Scratch()
        let body =
            "From here 12:00 on 2026 all is text\n\nFrom a@b Sun Nov 22 03:44:49 2026\nnot a header\n\n"
            + ">From a@b Sun Nov 22 03:44:49 2026\nSubject: quoted\n"
        let text = (0..<3).map { "From a@example.net Sun Nov 22 03:44:49 2026\n" + mail($0, body: body) + "\n" }
            .joined()
            .replacing("\n", with: lineEnd)
        let file = scratch.path + "/mbox.gz"
        try GzipBytes.packed(text).write(to: URL(filePath: file))
        let plain = try scratch.write("mbox", text)
        for path in [file, plain] {
            let (records, report, _) = try run([MailSource(path: path, label: .spam)], in: scratch)
            #expect(records.map(\.helo) == ["helo0.example", "helo1.example", "helo2.example"])
            #expect(report.messages == 3 && records.allSatisfy { $0.label == "spam" })
        }
    }

    @Test("A Maildir: folders and flags say what messages are")
    func maildir() throws {
        let scratch = try Scratch()
        let root = scratch.path + "/Maildir"
        let places = [
            "cur/1:2,S", "cur/2:2,", "new/3", "tmp/4", ".Junk/cur/5:2,S", ".Sent/cur/6:2,S", ".Trash/cur/7:2,S",
            ".Lists.spam/new/8", "dovecot.index", ".Archive.2025/cur/9:2,RS",
        ]
        for (number, place) in places.enumerated() {
            let path = root + "/" + place
            try FileManager.default.createDirectory(
                atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
            try mail(number + 1).write(toFile: path, atomically: true, encoding: .utf8)
        }
        func labels(_ label: MailLabel?) throws -> [String: String] {
            let records = try run([MailSource(path: root, label: label)], in: scratch).records
            return Dictionary(uniqueKeysWithValues: records.map { ($0.message_id!, $0.label) })
        }
        #expect(
            try labels(nil) == [
                "<1@example.net>": "ham", "<2@example.net>": "unknown", "<3@example.net>": "unknown",
                "<5@example.net>": "spam", "<7@example.net>": "unknown", "<8@example.net>": "spam",
                "<10@example.net>": "ham",
            ])
        #expect(try labels(.honest)["<2@example.net>"] == "ham" && labels(.honest)["<5@example.net>"] == "spam")
        #expect(try Set(labels(.spam).values) == ["spam"])
        let output = scratch.path + "/labelled.jsonl"
        let report = try EnvelopeImporter.run(
            [MailSource(path: root, label: nil)], needsLabels: true, into: output, tell: { _ in })
        #expect(report.records == ["ham": 2, "spam": 2])
        #expect(report.leftOut == ["nobody has said what it is": 3, "in a folder of sent mail or drafts": 1])
    }

    @Test("Messages that do not say how they came are counted and named, not guessed")
    func leftOut() throws {
        let scratch = try Scratch()
        var paths: [MailSource] = []
        let texts = [
            mail(1), mail(2), mail(3, by: "mx.other.example"), "Subject: nothing else\n\nx", "no header\n", "",
            mail(4).replacing("ESMTPS id", with: "ESMTPSA id"), "\u{0}\u{1}\u{2}",
        ]
        for (number, text) in texts.enumerated() {
            paths.append(MailSource(path: try scratch.write("m\(number)", text), label: .honest))
        }
        paths.append(MailSource(path: scratch.path + "/missing", label: .honest))
        let (records, report, told) = try run(paths, in: scratch)
        #expect(records.count == 2 && report.filesNotRead == 1)
        #expect(
            report.leftOut == [
                "came by another server than the site's": 1, "no Received field": 1, "no header": 2,
                "sent by a user who had logged in": 1,
            ])
        #expect(told.contains { $0.hasSuffix("/m3:1: left out: no Received field") }, "\(told)")
        // The file that has no byte has no message.
        #expect(report.messages == 7)
        let named = try run(paths, servers: ["MX.other.example"], in: scratch)
        #expect(named.records.map(\.message_id) == ["<3@example.net>"])
    }

    @Test("A server that took all from one client is remarked upon")
    func innerServer() throws {
        let scratch = try Scratch()
        let text = (0..<30).map { _ in "From a@b Sun Nov 22 03:44:49 2026\n" + mail(9) + "\n" }.joined()
        let told = try run([MailSource(path: scratch.write("mbox", text), label: .honest)], in: scratch).told
        #expect(told.contains { $0.hasPrefix("all 30 messages that mx.example.org took came from 192.0.2.9") })
    }

    @Test("A message of 50 MB is read to the end of its header, one without an end is cut")
    func huge() throws {
        let scratch = try Scratch()
        let body = String(repeating: String(repeating: "x", count: 75) + "\n", count: 680_000)
        let file = try scratch.write("big", mail(1, body: body))
        let endless = try scratch.write("endless", "A: " + String(repeating: "y", count: 5_000_000))
        let sources = [file, endless].map { MailSource(path: $0, label: .honest) }
        let start = ContinuousClock.now
        let (records, report, _) = try run(sources, in: scratch)
        #expect(records.count == 1 && report.leftOut.count == 1)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("Transcripts become records, a message each")
    func transcripts() throws {
        let scratch = try Scratch()
        func line(_ label: String) -> String {
            let events = [
                ("helo", ["bot"]), ("mail", ["<a@example.net>"]), ("rcpt", ["<b@example.org>"]), ("data", []),
                ("header", ["From", " x"]), ("header", ["Message-ID", " <1@x>"]), ("eoh", []), ("eom", []),
                ("mail", ["<>"]), ("rcpt", ["<b@example.org>"]), ("data", []), ("header", ["To", " x"]), ("eoh", []),
                ("eom", []),
            ].map { kind, args in
                let args = args.map { "\"\($0)\"" }.joined(separator: ",")
                return "{\"dir\":\"C\",\"raw\":\"\",\"event\":\"\(kind)\",\"args\":[\(args)]}"
            }
            return
                "{\"format\":2,\"conv_id\":\"1\",\"client_ip\":\"192.0.2.1\",\"vantage\":\"milter-sendmail\",\"t0\":1000,"
                + "\"label_guess\":\"\(label)\",\"events\":[\(events.joined(separator: ","))]}\n"
        }
        let file = try scratch.write("t.jsonl", line("bot") + line("legit") + line("x") + "{}\n")
        let (records, report, _) = try run([MailSource(path: file, label: nil)], in: scratch)
        #expect(records.map(\.label) == ["spam", "spam", "ham", "ham", "unknown", "unknown"])
        #expect(records[0].hdr_order == ["From", "Message-ID"] && records[0].message_id == "<1@x>")
        #expect(records[1].mail_from_domain == "" && records[1].hdr_order == ["To"] && records[1].helo == "bot")
        #expect(report.leftOut == ["not a transcript": 1])
        #expect(try run([MailSource(path: file, label: .spam)], in: scratch).records.allSatisfy { $0.label == "spam" })
    }
}
