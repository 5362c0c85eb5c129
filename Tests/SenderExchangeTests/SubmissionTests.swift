import SMTP
import SenderExchange
import Seeded
import Testing

@Suite("Submissions")
struct SubmissionTests {
    /// One that corrects three slots before its own, of which one has become empty.
    static func correcting(_ generator: inout SeededGenerator, cells count: Int = 200) -> SenderSubmission {
        var submission = random(&generator, cells: count)
        let corrected: [Int64] = [991_000, 991_900, 998_200]
        submission.corrected = corrected
        submission.corrections = submission.cells.enumerated().filter { $0.offset % 3 == 0 }.map {
            var cell = $0.element
            cell.slot = corrected[$0.offset < count / 2 ? 0 : 2]
            return cell
        }
        var seen: Set<String> = []
        submission.corrections = submission.corrections.filter {
            seen.insert("\($0.slot) \($0.sender) \($0.column)").inserted
        }
        return SenderSubmission(
            group: submission.group, from: submission.from, until: submission.until,
            labelsFrom: submission.labelsFrom, columns: submission.columns, cells: submission.cells,
            labels: submission.labels, corrected: submission.corrected, corrections: submission.corrections)
    }

    static func random(_ generator: inout SeededGenerator, cells count: Int = 200) -> SenderSubmission {
        let columns = Array(Set((0..<12).map { _ in generator.next() })).sorted()
        var seen: Set<String> = []
        var cells: [SenderSubmission.Cell] = []
        for _ in 0..<count {
            let cell = SenderSubmission.Cell(
                slot: 1_000_000 + 900 * .random(in: 0..<8, using: &generator),
                sender: 1 << 32 | .random(in: 0..<50, using: &generator),
                column: .random(in: 0..<12, using: &generator),
                mails: .random(in: 1...(.max), using: &generator))
            if seen.insert("\(cell.slot) \(cell.sender) \(cell.column)").inserted { cells.append(cell) }
        }
        return SenderSubmission(
            group: generator.next(), from: UnixTime(seconds: 1_000_000), until: UnixTime(seconds: 1_007_200),
            labelsFrom: UnixTime(seconds: 400_000), columns: columns, cells: cells,
            labels: (0..<20).map { .init(sender: UInt64($0) << 8, isSpam: $0 % 3 == 0) })
    }

    @Test("are read as they were written, and equal ones have equal bytes")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 1)
        for (count, corrects) in [(0, false), (1, false), (2, false), (500, false), (0, true), (1, true), (500, true)] {
            let submission =
                corrects
                ? Self.correcting(&generator, cells: count) : Self.random(&generator, cells: count)
            let read = try SenderSubmission(bytes: submission.bytes, file: "x")
            #expect(read == submission)
            #expect(read.bytes == submission.bytes)
            let shuffled = SenderSubmission(
                group: submission.group, from: submission.from, until: submission.until,
                labelsFrom: submission.labelsFrom, columns: submission.columns,
                cells: submission.cells.shuffled(using: &generator), labels: submission.labels.reversed(),
                corrected: submission.corrected.reversed(),
                corrections: submission.corrections.shuffled(using: &generator))
            #expect(shuffled.bytes == submission.bytes)
        }
    }

    @Test("their cells are found by time")
    func spans() {
        var generator = SeededGenerator(seed: 2)
        let submission = Self.random(&generator)
        for (start, end) in [(0, 1_000_000), (1_000_900, 1_002_700), (1_000_000, 1_007_200), (5, 4)] as [(Int64, Int64)]
        {
            let expected = submission.cells.filter { $0.slot >= start && $0.slot < end }
            #expect(Array(submission.cells(from: start, until: end)) == expected)
        }
    }

    @Test(
        "no beginning, no changed byte and no random bytes make the reader trap, or give cells outside of their span",
        arguments: [false, true])
    func damage(corrects: Bool) {
        var generator = SeededGenerator(seed: 3)
        let bytes =
            (corrects ? Self.correcting(&generator, cells: 40) : Self.random(&generator, cells: 40)).bytes
        for length in bytes.indices {
            #expect(throws: DocumentFault.self) { try SenderSubmission(bytes: Array(bytes[..<length]), file: "x") }
        }
        #expect(throws: DocumentFault.self) { try SenderSubmission(bytes: bytes + [0], file: "x") }
        for _ in 0..<3_000 {
            var changed = bytes
            for _ in 0..<3 {
                changed[.random(in: changed.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            guard let read = try? SenderSubmission(bytes: changed, file: "x") else { continue }
            #expect(read.cells.allSatisfy { $0.slot >= read.from.seconds && $0.slot < read.until.seconds })
            #expect(read.cells.allSatisfy { Int($0.column) < read.columns.count && $0.mails > 0 })
            #expect(read.corrections.allSatisfy { Int($0.column) < read.columns.count && $0.mails > 0 })
            #expect(Set(read.corrections.map(\.slot)).isSubset(of: read.corrected))
            #expect(read.corrected.allSatisfy { $0 < read.from.seconds })
            #expect(read.bytes == changed)
        }
    }

    @Test("a newer form and impossible times are refused with what to do")
    func refusals() throws {
        var generator = SeededGenerator(seed: 4)
        var submission = Self.random(&generator, cells: 5)
        var newer = submission.bytes
        newer[0] = 3
        #expect { try SenderSubmission(bytes: newer, file: "x") } throws: { "\($0)".contains("update Argot") }
        submission.until = submission.from
        #expect { try SenderSubmission(bytes: submission.bytes, file: "x") } throws: {
            "\($0)".contains("span of time")
        }
        submission.until = submission.from + SenderSubmission.longestSpan + 1
        #expect { try SenderSubmission(bytes: submission.bytes, file: "x") } throws: {
            "\($0)".contains("span of time")
        }
        submission.until = UnixTime(seconds: .max)
        #expect { try SenderSubmission(bytes: submission.bytes, file: "x") } throws: {
            "\($0)".contains("out of range")
        }
    }
}
