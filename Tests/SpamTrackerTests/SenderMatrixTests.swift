import SMTP
import Seeded
import Testing

@testable import SpamTracker

@Suite("The sender matrix")
struct SenderMatrixTests {
    private struct Event {
        var sender: Int
        var domain: UInt32
        var time: Int64
        var weight: UInt32
        var label: SenderLabel?
    }

    private func events(_ count: Int, seed: UInt64, span: Int64) -> [Event] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            Event(
                sender: Int.random(in: 0..<40, using: &generator), domain: UInt32.random(in: 0..<12, using: &generator),
                time: Int64.random(in: -500..<span, using: &generator),
                weight: UInt32.random(in: 1...3, using: &generator),
                label: [nil, .spam, .honest].randomElement(using: &generator)!)
        }
    }

    private func record(_ events: [Event], in matrix: inout SenderMatrix) {
        for event in events {
            matrix.record(
                sender: Sample.key(event.sender), domain: event.domain, at: UnixTime(seconds: event.time),
                weight: event.weight, label: event.label)
        }
    }

    /// The same by counting one by one.
    private func expected(_ events: [Event]) -> [SenderKey: (cells: [UInt32: UInt32], label: SenderLabel?)] {
        var result: [SenderKey: (cells: [UInt32: UInt32], label: SenderLabel?)] = [:]
        for (sender, mails) in Dictionary(grouping: events, by: \.sender) {
            var cells: [UInt32: UInt32] = [:]
            for mail in mails { cells[mail.domain, default: 0] += mail.weight }
            var votes = (spam: 0, honest: 0)
            for (_, here) in Dictionary(grouping: mails.filter { $0.label != nil }, by: \.domain) {
                let spam = here.filter { $0.label == .spam }.reduce(0) { $0 + $1.weight }
                let honest = here.filter { $0.label == .honest }.reduce(0) { $0 + $1.weight }
                if spam > honest { votes.spam += 1 } else { votes.honest += 1 }
            }
            let label: SenderLabel? =
                votes.spam + votes.honest == 0 ? nil : votes.spam > votes.honest ? .spam : .honest
            result[Sample.key(sender)] = (cells, label)
        }
        return result
    }

    private func check(_ rows: SenderRows, against events: [Event]) {
        let expected = expected(events)
        #expect(rows.count == expected.count)
        #expect(rows.senders == rows.senders.sorted())
        for index in 0..<rows.count {
            let row = rows.row(index)
            let truth = expected[rows.senders[index]]
            #expect(Dictionary(uniqueKeysWithValues: zip(row.domains, row.counts)) == truth?.cells)
            #expect(Array(row.domains) == row.domains.sorted())
            #expect(rows.labels[index] == truth?.label)
            #expect(rows.index(of: rows.senders[index]) == index)
        }
        #expect(rows.index(of: Sample.key(999)) == nil)
    }

    @Test("rows of any window equal a count of the events one by one", arguments: 1...8)
    func countsExactly(_ seed: UInt64) {
        // 10 slots of 100 s; events from -500 to 1000 in order of time, so that old slots drop out on the way.
        let events = events(600, seed: seed, span: 1_000).sorted { $0.time < $1.time }
        var matrix = SenderMatrix(limits: MatrixLimits(slotSeconds: 100, slotCount: 10))
        record(events, in: &matrix)
        for start in stride(from: Int64(0), to: 1_000, by: 300) {
            for end in stride(from: start + 100, through: 1_000, by: 200) {
                let rows = matrix.rows(from: UnixTime(seconds: start), until: UnixTime(seconds: end))
                check(rows, against: events.filter { (start..<end).contains($0.time) })
            }
        }
        check(matrix.rows(last: 200), against: events.filter { $0.time >= 800 })
    }

    @Test("the order of arrival and the seed of the tables change nothing", arguments: 1...4)
    func forgetsTheOrder(_ seed: UInt64) {
        var events = events(500, seed: seed, span: 1_000).filter { $0.time >= 0 }
        let limits = MatrixLimits(slotSeconds: 100, slotCount: 10)
        var first = SenderMatrix(limits: limits)
        record(events, in: &first)
        var generator = SeededGenerator(seed: seed)
        events.shuffle(using: &generator)
        var second = SenderMatrix(limits: limits, seed: 99)
        record(events, in: &second)
        let all = (UnixTime(seconds: 0), UnixTime(seconds: 1_000))
        let rows = first.rows(from: all.0, until: all.1)
        #expect(rows.contentHash == second.rows(from: all.0, until: all.1).contentHash)
        #expect(rows.contentHash != first.rows(from: all.0, until: UnixTime(seconds: 500)).contentHash)
    }

    @Test("what is older than the ring is counted and left out; what falls out frees its cells")
    func expires() {
        var matrix = SenderMatrix(limits: MatrixLimits(slotSeconds: 10, slotCount: 3))
        let sender = Sample.key(1)
        matrix.record(sender: sender, domain: 0, at: UnixTime(seconds: 5))
        matrix.record(sender: sender, domain: 0, at: UnixTime(seconds: 25))
        matrix.record(sender: sender, domain: 0, at: UnixTime(seconds: 35))
        #expect(matrix.rows(last: 30).row(0).mailCount == 2)
        matrix.record(sender: sender, domain: 0, at: UnixTime(seconds: 5))
        #expect(matrix.eventsTooLate == 1)
        matrix.record(sender: sender, domain: 1, at: UnixTime(seconds: 1_000_000))
        #expect(matrix.rows(last: 30).row(0).domains == [1])
        for second in 0..<30 {
            matrix.record(sender: sender, domain: 1, at: UnixTime(seconds: 1_000_010 + Int64(second)))
        }
        #expect(matrix.cellCount == 3)
    }

    @Test("a full matrix gives up its oldest slots, then refuses new cells, and never grows past its bound")
    func staysBounded() {
        var matrix = SenderMatrix(limits: MatrixLimits(slotSeconds: 10, slotCount: 50, maximumCells: 200))
        for number in 0..<2_000 {
            matrix.record(
                sender: Sample.key(number), domain: 0, at: UnixTime(seconds: Int64(number / 4)), label: .spam)
            #expect(matrix.cellCount <= 200)
        }
        #expect(matrix.slotsGivenUp > 0)
        #expect(matrix.eventsRefused == 0)
        let newest = matrix.rows(last: 10)
        #expect(newest.count == 40)
        var single = SenderMatrix(limits: MatrixLimits(slotSeconds: 1_000, slotCount: 2, maximumCells: 16))
        for number in 0..<100 { single.record(sender: Sample.key(number), domain: 0, at: UnixTime(seconds: 1)) }
        single.record(sender: Sample.key(0), domain: 0, at: UnixTime(seconds: 2))
        #expect(single.cellCount <= 16)
        #expect(single.eventsRefused == 100 - single.rows(last: 1_000).count)
        #expect(single.rows(last: 1_000).row(0).mailCount == 2)
    }

    @Test("one sensor cannot outvote another, however many mails it reports")
    func votesBySensor() {
        var matrix = SenderMatrix(limits: MatrixLimits(slotSeconds: 10, slotCount: 2))
        let time = UnixTime(seconds: 1)
        matrix.record(sender: Sample.key(1), domain: 0, at: time, weight: 1_000_000, label: .spam)
        matrix.record(sender: Sample.key(1), domain: 1, at: time, label: .honest)
        matrix.record(sender: Sample.key(2), domain: 0, at: time, label: .spam)
        matrix.record(sender: Sample.key(3), domain: 0, at: time)
        #expect(matrix.rows(last: 10).labels == [.honest, .spam, nil])
    }

    @Test("counts saturate instead of overflowing")
    func saturates() {
        var matrix = SenderMatrix(limits: MatrixLimits(slotSeconds: 10, slotCount: 3))
        for slot in 0..<2 {
            for _ in 0..<3 {
                matrix.record(
                    sender: Sample.key(1), domain: 0, at: UnixTime(seconds: Int64(slot) * 10), weight: .max / 2)
            }
        }
        #expect(matrix.rows(last: 20).row(0).counts == [.max])
    }
}

@Suite("The domain table")
struct DomainTableTests {
    @Test("past its capacity, domains share a bounded tail, always the same number for a name")
    func boundsItself() {
        var table = DomainTable(capacity: 3, tailBuckets: 5)
        #expect(table.tailBuckets == 8)
        for number in 0..<1_000 {
            let name = "d\(number)"
            let place = table.number(interning: name)
            #expect(table.number(of: name) == place)
            #expect(place < 3 + 8)
        }
        #expect(table.names == ["d0", "d1", "d2"])
        #expect(table.tailHits == 997)
        #expect(table.name(of: 1) == "d1")
        #expect(table.name(of: 4) == "(others 1)")
        #expect(DomainTable().number(of: "unknown") == nil)
    }

    @Test("times at the ends of all numbers are counted, refused or forgotten, and stop nothing")
    func extremeTimes() {
        for slot in [Int64(1), 900] {
            for times in [[Int64.min, .max], [.max, .min], [.min + 1, 0, .max - 1], [0, .min, .max]] {
                var matrix = SenderMatrix(limits: MatrixLimits(slotSeconds: slot, slotCount: 4, maximumCells: 100))
                for time in times { matrix.record(sender: SenderKey(bits: 1), domain: 1, at: UnixTime(seconds: time)) }
                _ = (matrix.newestSlotStart, matrix.oldestSlotStart, matrix.rows(last: .max))
                _ = matrix.rows(from: UnixTime(seconds: .min), until: UnixTime(seconds: .max))
                #expect(matrix.eventsRecorded + matrix.eventsTooLate == times.count)
            }
        }
    }
}
