public import SMTP

/// The tensor M(sender, domain, time slot) of the SpamTracker paper as a ring of time slots with exact counts.
///
/// Recording touches one slot; a slot that falls out of the ring is dropped whole, so expiry costs nothing per cell.
/// The window is chosen when rows are asked for. Memory is bounded: when `maximumCells` is reached the oldest slot is
/// given up early (`slotsGivenUp`; windows reach less far back), and when only the newest slot is left, new cells are
/// not recorded (`eventsRefused`) while known ones go on counting.
public struct SenderMatrix: Sendable {
    private struct Slot: Sendable {
        var number: Int64
        var cells: CellTable
        /// Mails labelled: column 2d for spam to domain d, 2d + 1 for honest mail.
        var labels: CellTable

        var size: Int { cells.count + labels.count }

        init(number: Int64, seed: UInt64) {
            self.number = number
            cells = CellTable(seed: seed)
            labels = CellTable(seed: seed)
        }
    }

    /// The limits.
    public let limits: MatrixLimits

    /// Cells held, labels included.
    public private(set) var cellCount = 0

    /// Events recorded.
    public private(set) var eventsRecorded = 0

    /// Events older than the ring reaches back.
    public private(set) var eventsTooLate = 0

    /// Events whose new cell found no room.
    public private(set) var eventsRefused = 0

    /// Slots given up before their time.
    public private(set) var slotsGivenUp = 0

    private var slots: [Slot]
    private var newest = Int64.min
    private let seed: UInt64

    /// An empty matrix. `seed` scatters the hash tables; it changes no result.
    public init(limits: MatrixLimits = MatrixLimits(), seed: UInt64 = 0) {
        self.limits = limits
        self.seed = seed
        slots = (0..<limits.slotCount).map { _ in Slot(number: .min, seed: seed) }
    }

    /// Counts a mail. Amortised O(1).
    ///
    /// - Parameters:
    ///   - sender: Who sent.
    ///   - domain: The recipient domain's number in the `DomainTable` in use, below 2³¹.
    ///   - time: When; late arrivals go to their own slot as long as the ring still holds it.
    ///   - weight: The number of mails, at least 1.
    ///   - label: What is known of the sender from outside.
    public mutating func record(
        sender: SenderKey, domain: UInt32, at time: UnixTime, weight: UInt32 = 1, label: SenderLabel? = nil
    ) {
        let number = slotNumber(of: time)
        if number > newest { newest = number }
        guard isHeld(number) else {
            eventsTooLate += 1
            return
        }
        let place = Int(number.modulo(Int64(limits.slotCount)))
        if slots[place].number != number {
            cellCount -= slots[place].size
            slots[place] = Slot(number: number, seed: seed)
        }
        let before = slots[place].size
        // A label is a cell too: leave room for both.
        if cellCount + 2 > limits.maximumCells { giveUpOldest(but: place) }
        let mayGrow = cellCount + 2 <= limits.maximumCells
        guard slots[place].cells.add(max(weight, 1), sender: sender.bits, column: domain, mayGrow: mayGrow) else {
            eventsRefused += 1
            return
        }
        if let label {
            let column = domain << 1 | (label == .spam ? 0 : 1)
            _ = slots[place].labels.add(max(weight, 1), sender: sender.bits, column: column, mayGrow: mayGrow)
        }
        cellCount += slots[place].size - before
        eventsRecorded += 1
    }

    /// The start of the newest slot, or `nil` before the first event.
    public var newestSlotStart: UnixTime? {
        newest == .min ? nil : start(of: newest)
    }

    /// The start of the oldest slot that is still held, or `nil` before the first event.
    public var oldestSlotStart: UnixTime? {
        slots.lazy.filter { isLive($0) && !$0.cells.isEmpty }.map(\.number).min()
            .map { start(of: $0) }
    }

    /// All rows of the slots that overlap `start ..< end`, folded over time: one row per sender, in the senders' order.
    /// O(c log c) for c cells; the result does not depend on the order of recording.
    public func rows(from start: UnixTime, until end: UnixTime) -> SenderRows {
        guard start < end else { return SenderRows() }
        let wanted = slotNumber(of: start)...slotNumber(of: end + -1)
        var cells: [CellTable.Cell] = []
        var labels: [CellTable.Cell] = []
        for slot in slots where isLive(slot) && wanted.contains(slot.number) {
            cells += slot.cells.cells.lazy.filter { $0.count != 0 }
            labels += slot.labels.cells.lazy.filter { $0.count != 0 }
        }
        return SenderRows(cells: cells, labels: labels)
    }

    /// The rows of the last `seconds` before the end of the newest slot.
    public func rows(last seconds: Int64) -> SenderRows {
        guard newest != .min else { return SenderRows() }
        let end = start(of: newest) + limits.slotSeconds
        return rows(from: end + -seconds, until: end)
    }

    private func slotNumber(of time: UnixTime) -> Int64 {
        let (quotient, remainder) = time.seconds.quotientAndRemainder(dividingBy: limits.slotSeconds)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private func start(of number: Int64) -> UnixTime {
        let (seconds, isTooFar) = number.multipliedReportingOverflow(by: limits.slotSeconds)
        return UnixTime(seconds: isTooFar ? (number < 0 ? .min : .max) : seconds)
    }

    private func isLive(_ slot: Slot) -> Bool { slot.number != .min && isHeld(slot.number) }

    /// Whether the ring reaches back to a slot.
    private func isHeld(_ number: Int64) -> Bool {
        let (age, isTooOld) = newest.subtractingReportingOverflow(number)
        return !isTooOld && age < Int64(limits.slotCount)
    }

    /// Frees dead slots, then the oldest live ones, until a tenth of the room is free: giving up one at a time would
    /// search the ring at every event.
    private mutating func giveUpOldest(but current: Int) {
        let order = slots.indices.filter { $0 != current && slots[$0].size > 0 }
            .sorted { slots[$0].number < slots[$1].number }
        for place in order {
            guard cellCount > limits.maximumCells - limits.maximumCells / 10 - 2 else { return }
            if isLive(slots[place]) { slotsGivenUp += 1 }
            cellCount -= slots[place].size
            slots[place] = Slot(number: .min, seed: seed)
        }
    }
}

extension Int64 {
    /// The remainder that is never negative.
    func modulo(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
