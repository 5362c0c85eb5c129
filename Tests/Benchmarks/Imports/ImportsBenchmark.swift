import FoundationEssentials
import Glibc
import Importing
import Keeping
import KeyedHashing
import LogLines
import SMTP
import SQLiteStore
import SpamTracker
import Decision

/// Imports a file as `argot senders import` does, and prints what it cost: into nothing, which leaves reading, or into a new
/// database.
@main
struct ImportsBenchmark {
    /// Where messages go to be counted only.
    private struct Nowhere: SenderImportTarget {
        var count = 0
        var isFull: Bool { false }
        func progress(of identity: UInt64) throws -> [ImportProgress] { [] }
        mutating func add(_ mail: ImportedMail) throws -> SenderImportVerdict {
            count += 1
            return .kept
        }
        mutating func keep(_ progress: ImportProgress?) throws {}
    }

    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count == 2, words[1] == "read" || words[1] == "store" else {
            print("usage: imports-benchmark FILE read|store")
            exit(2)
        }
        let inputs = try SenderInput.sorted([words[0]], format: "auto") { _ in .startingIn(2_026) }
        let begin = seconds()
        let report: SenderImportReport
        if words[1] == "read" {
            var target = Nowhere()
            report = try SenderImporter.run(inputs, into: &target)
        } else {
            let path = "/tmp/argot-imports-benchmark.\(getpid()).db"
            defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
            let key = try HashingKey(bytes: [UInt8](repeating: 7, count: 32))
            let store = try Store(path: path, hashingKey: key)
            var target = SenderStoreTarget(
                store, counter: SenderCounter(SenderPseudonyms(key: key), slotSeconds: 900), retention: 100_000_000)
            report = try SenderImporter.run(inputs, into: &target)
        }
        let spent = seconds() - begin
        print(
            "\(words[1]): \(report.lines) lines, \(report.mails) messages, \(report.tooOld + report.inFuture) passed over, "
                + "\((spent * 1_000).rounded() / 1_000) s of processors, \(Int(Double(report.lines) / spent)) lines/s")
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
