import Foundation
import Keeping
import LogLines
import SMTP
import ScratchFiles
import Testing

@testable import Importing

@Suite("an import that ended early")
struct SenderImporterTests {
    /// What outlives a run, as a database does.
    private final class Kept {
        var mails: [String] = []
        var progress: [ImportProgress] = []
    }

    private struct Killed: Error {}

    /// Holds few mails and ends after some of them were kept, as a killed process does: what waits is lost.
    private struct FragileTarget: SenderImportTarget {
        let kept: Kept
        var timesLeft: Int
        private var waiting: [String] = []

        init(_ kept: Kept, endsAfter times: Int = .max) {
            self.kept = kept
            timesLeft = times
        }

        var isFull: Bool { waiting.count >= 3 }

        func progress(of identity: UInt64) -> [ImportProgress] { kept.progress.filter { $0.identity == identity } }

        mutating func add(_ mail: ImportedMail) -> SenderImportVerdict {
            waiting.append("\(mail.recipient)")
            return .kept
        }

        mutating func keep(_ progress: ImportProgress?) throws {
            guard timesLeft > 0 else { throw Killed() }
            timesLeft -= 1
            kept.mails += waiting
            kept.progress += progress.map { [$0] } ?? []
            waiting = []
        }
    }

    private static let count = 20

    /// A log that tells of all clients first and of their deliveries afterwards.
    private static let log =
        ((0..<count).map { "postfix/smtpd[1]: 4A\($0): client=a.example[192.0.2.\($0)]" }
        + (0..<count).map { "postfix/lmtp[1]: 4A\($0): to=<u@d\($0).example>, relay=none, dsn=2.0.0, status=sent (ok)" })
        .map { "2026-11-02T03:04:05Z mx \($0)\n" }.joined()

    /// The mails that a run without an end tells of.
    private static func mails(_ inputs: [SenderInput]) throws -> [String] {
        let kept = Kept()
        var target = FragileTarget(kept)
        _ = try SenderImporter.run(inputs, into: &target)
        #expect(Set(kept.mails).count == count)
        return kept.mails
    }

    private static func inputs(_ path: String) throws -> [SenderInput] {
        try SenderInput.sorted([path], format: "auto") { _ in .startingIn(2026) }
    }

    @Test("is taken up where it was last kept: nothing is lost or counted twice", arguments: 0...7)
    func goesOn(times: Int) throws {
        let scratch = try Scratch()
        let input = try Self.inputs(scratch.write("mail.log", Self.log))
        let kept = Kept()
        var target = FragileTarget(kept, endsAfter: times)
        if times < 7 {
            #expect(throws: Killed.self) { try SenderImporter.run(input, into: &target) }
        } else {
            _ = try SenderImporter.run(input, into: &target)
        }
        #expect(kept.mails.count == min(3 * times, Self.count))
        target = FragileTarget(kept)
        let report = try SenderImporter.run(input, into: &target)
        #expect(try kept.mails == Self.mails(input))
        #expect(report.mails == Self.count - min(3 * times, Self.count))
        #expect(report.withoutClient == 0)
    }

    @Test("because its file was cut off adds nothing when run again, and the rest once the file is whole")
    func knowsDamagedFiles() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/mail.log.gz"
        // Several blocks, of which the last is damaged.
        let rest = String(repeating: "2026-11-02T03:04:06Z mx x[1]: nothing\n", count: 5_000)
        let packed = GzipBytes.packed(Self.log + rest)
        try packed.prefix(packed.count - 60_000).write(to: URL(filePath: path))
        let mails = try Self.mails(Self.inputs(scratch.write("mail.log", Self.log)))
        let kept = Kept()
        for run in 1...2 {
            var target = FragileTarget(kept)
            let report = try SenderImporter.run(Self.inputs(path), into: &target)
            #expect(kept.mails == mails, "run \(run)")
            #expect(report.faults.contains { $0.contains("mail.log.gz:") && $0.contains("complete") }, "run \(run)")
        }
        try packed.write(to: URL(filePath: path))
        var target = FragileTarget(kept)
        let report = try SenderImporter.run(Self.inputs(path), into: &target)
        #expect(kept.mails == mails)
        #expect(report.faults.isEmpty && report.linesImportedBefore >= 2 * Self.count)
    }
    @Test("goes on where a version before this one has kept it, by the checksum of that")
    func earlierChecksum() throws {
        let scratch = try Scratch()
        let path = try scratch.write("mail.log", Self.log)
        let inputs = try Self.inputs(path)
        let lines = Self.log.split(separator: "\n").prefix(Self.count + 5)
        let checksum = lines.reduce(LineHash()) { $0.adding(Array($1.utf8)[...]) }.value
        let kept = Kept()
        let progress = ImportProgress(identity: inputs[0].identity, lines: Int64(lines.count), checksum: checksum)
        kept.progress = [progress, ImportProgress(identity: inputs[0].identity, lines: 39, checksum: checksum)]
        var target = FragileTarget(kept)
        let report = try SenderImporter.run(inputs, into: &target)
        #expect(report.linesImportedBefore == lines.count && kept.mails.count == Self.count - 5)
    }
}
