import Files
import Foundation
import LogLines
import SMTP
import ScratchFiles
import Sessions
import Testing

@testable import Importing

/// Conversations of logs and transcripts, and what is told of them meanwhile.
struct TranscriptImporterTests {
    private let log = """
        Nov 22 03:44:49 mx postfix/smtpd[9]: connect from c.example[192.0.2.5]
        Nov 22 03:44:49 mx postfix/smtpd[9]: > c.example[192.0.2.5]: 220 mx.example ESMTP
        Nov 22 03:44:50 mx postfix/smtpd[9]: < c.example[192.0.2.5]: HELO bot
        this is no line of a log
        Nov 22 03:44:52 mx postfix/smtpd[9]: disconnect from c.example[192.0.2.5] helo=1 commands=1

        """

    private func run(
        _ files: [String], to output: String, isStrict: Bool = false
    ) throws -> (report: TranscriptImportReport, told: [String]) {
        var options = TranscriptImporter.Options(years: { _ in .startingIn(2025) }, zone: { _ in 0 })
        options.isStrict = isStrict
        var told: [String] = []
        let report = try TranscriptImporter.run(
            files, options: options, into: TranscriptOutput(path: output, label: nil, kind: nil)
        ) { news in
            switch news {
            case .begins(let file, let bytes): told.append("begins \(file) \(bytes ?? -1)")
            case .reached: break
            case .fault(let fault): told.append("\(fault)")
            case .remark(let text): told.append(text)
            case .ends: told.append("ends")
            }
        }
        return (report, told)
    }

    @Test("A file begins and ends; its faults are told in between and counted")
    func tells() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mail.log", log)
        let (report, told) = try run([file], to: scratch.path + "/out")
        #expect(told.first == "begins \(file) \(log.utf8.count)" && told.last == "ends")
        #expect(told.count == 3 && told[1].hasPrefix("\(file):4: "))
        #expect(report.lines == ["1 conversation from 1 file", "1 unusable item skipped"])
    }

    @Test("A file that cannot be read is told and counted, and the next one is read")
    func goesOn() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mail.log", log)
        let (report, told) = try run(["/nonexistent/file", file], to: scratch.path + "/out")
        #expect(report.filesNotRead == 1 && report.conversations == 1)
        #expect(told.contains { $0.hasPrefix("/nonexistent/file: cannot be read") })
    }

    @Test("A strict import ends at the first fault")
    func strict() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mail.log", log)
        let fault = try #require(throws: DocumentFault.self) {
            try run([file], to: scratch.path + "/out", isStrict: true)
        }
        #expect(fault.line == 4)
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/out"))
    }

    @Test("Of many faults the first twenty are told")
    func namesTheFirst() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mail.log", log + String(repeating: "nonsense\n", count: 40))
        let (report, told) = try run([file], to: scratch.path + "/out")
        #expect(told.count { $0.hasPrefix("\(file):") } == 20)
        #expect(report.lines.first == "… and 21 more errors")
    }

    @Test("An output that cannot be written ends the import, whatever faults are passed over")
    func fullDisk() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mail.log", log)
        #expect(throws: (any Error).self) { try run([file, file], to: "/dev/full") }
    }
}
