/// Numbers that were seen: as few spans as there are gaps. Small where they come in order.
struct SequenceSet: Hashable, Sendable {
    /// The spans, ascending, none touching another.
    private(set) var spans: [ClosedRange<UInt64>] = []

    /// How many numbers there are; as many as can be said, beyond that.
    var count: UInt64 {
        spans.reduce(0) { sum, span in
            let (size, isAll) = (span.upperBound - span.lowerBound).addingReportingOverflow(1)
            let (next, isTooMuch) = sum.addingReportingOverflow(isAll ? .max : size)
            return isTooMuch ? .max : next
        }
    }

    /// Whether a number was seen. O(log spans).
    func contains(_ number: UInt64) -> Bool {
        let place = place(of: number)
        return place < spans.count && spans[place].contains(number)
    }

    /// Notes a number; returns whether it is new. O(spans).
    @discardableResult
    mutating func insert(_ number: UInt64) -> Bool {
        let place = place(of: number)
        if place < spans.count, spans[place].contains(number) { return false }
        let joinsBefore = place > 0 && spans[place - 1].upperBound == number &- 1 && number > 0
        let joinsAfter = place < spans.count && number < .max && spans[place].lowerBound == number + 1
        switch (joinsBefore, joinsAfter) {
        case (true, true):
            spans[place - 1] = spans[place - 1].lowerBound...spans[place].upperBound
            spans.remove(at: place)
        case (true, false): spans[place - 1] = spans[place - 1].lowerBound...number
        case (false, true): spans[place] = number...spans[place].upperBound
        case (false, false): spans.insert(number...number, at: place)
        }
        return true
    }

    /// The first span that does not end before a number.
    private func place(of number: UInt64) -> Int {
        var (low, high) = (0, spans.count)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The set as text: `1-41,43`; `-` for nothing.
    var text: String {
        spans.isEmpty
            ? "-"
            : spans.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
                .joined(separator: ",")
    }

    /// Nothing was seen.
    init() {}

    /// Reads the text; `nil` for anything else.
    init?(_ text: some StringProtocol) {
        guard text != "-" else { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
            guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1], low <= high,
                spans.last.map({ $0.upperBound < low && $0.upperBound + 1 < low }) ?? true
            else { return nil }
            spans.append(low...high)
        }
    }
}
