import Milter

/// The macros of a session, by the stage that they came with, in one piece of memory.
///
/// A stage's macros stay until they come again, or until a command of an earlier stage: a recipient's end with the next
/// one, a transaction's with the next MAIL.
struct MacroTable {
    /// The stages in the order in which libmilter counts them, which is not that of `SMFIM_*`.
    enum Stage: Int, CaseIterable {
        case connect, helo, mail, recipient, data, endOfHeaders, endOfMessage

        /// The stage of the command that the macros are for; `nil` for commands that have none.
        init?(command: UInt8) {
            switch MilterCommand(rawValue: command) {
            case .connect: self = .connect
            case .helo: self = .helo
            case .mail: self = .mail
            case .recipient: self = .recipient
            case .data: self = .data
            case .endOfHeaders: self = .endOfHeaders
            case .endOfMessage: self = .endOfMessage
            default: return nil
            }
        }
    }

    /// Where a macro is: its name, a NUL, its value, a NUL.
    private struct Entry {
        var name: UInt32
        var value: UInt32
        /// Behind the last NUL.
        var end: UInt32
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// Where the macros of a stage end, in `bytes` and in `entries`; a stage begins where the one before ends.
    private var ends: InlineArray<7, (bytes: UInt32, entries: UInt32)> = .init(repeating: (0, 0))

    /// Takes the data of a macro packet: the letter of a command, then names and values, each ended by NUL. Macros without
    /// a value are left out. O(bytes).
    ///
    /// - Returns: whether something was left out.
    mutating func keep(_ data: borrowing Span<UInt8>) -> Bool {
        var pairs: [Entry] = []
        var begin = 1
        while let middle = CommandData.terminator(in: data, from: begin),
            let end = CommandData.terminator(in: data, from: middle + 1)
        {
            pairs.append(Entry(name: UInt32(begin), value: UInt32(middle + 1), end: UInt32(end + 1)))
            begin = end + 1
        }
        // What was kept for the stage stays when nothing comes in its place.
        if let stage = Stage(command: data[0]), !pairs.isEmpty { replace(stage, with: pairs, from: data, to: begin) }
        return begin != data.count
    }

    /// Forgets the macros of `stage` and of those behind it. O(macros forgotten).
    mutating func clear(from stage: Stage) {
        let kept = start(of: stage)
        guard kept.entries < UInt32(clamping: entries.count) else { return }
        bytes.removeLast(bytes.count - Int(kept.bytes))
        entries.removeLast(entries.count - Int(kept.entries))
        for index in stage.rawValue..<Stage.allCases.count { ends[index] = kept }
        // One packet of 256 kB must not be paid for until the connection ends.
        if bytes.capacity > 8_192, bytes.count < 1_024 { bytes = Array(bytes[...]) }
    }

    /// The value of a macro, from the last stage that has it. O(macros).
    func value(of macro: MilterMacro) -> String? {
        let wanted = macro.terminatedName.span.extracting(droppingLast: 1)
        var (from, to) = (0, wanted.count)
        if to == 3, wanted[0] == 0x7b, wanted[2] == 0x7d { (from, to) = (1, 2) }
        // From behind, stage by stage; within one the first counts.
        var end = entries.count
        for stage in stride(from: Stage.allCases.count - 1, through: 0, by: -1) where end > 0 {
            let begin = stage == 0 ? 0 : Int(ends[stage - 1].entries)
            for index in begin..<end where isNamed(index, wanted, from..<to) {
                return String(decoding: bytes[Int(entries[index].value)..<Int(entries[index].end) - 1], as: UTF8.self)
            }
            end = begin
        }
        return nil
    }

    /// Whether an entry has the wanted name; one letter is the same with and without braces.
    private func isNamed(_ index: Int, _ wanted: borrowing Span<CChar>, _ part: Range<Int>) -> Bool {
        var begin = Int(entries[index].name)
        var length = Int(entries[index].value) - 1 - begin
        if length == 3, bytes[begin] == 0x7b, bytes[begin + 2] == 0x7d { (begin, length) = (begin + 1, 1) }
        guard length == part.count else { return false }
        // Names differ near their end: {daemon_name}, {daemon_port}.
        for offset in stride(from: length - 1, through: 0, by: -1)
        where bytes[begin + offset] != UInt8(bitPattern: wanted[part.lowerBound + offset]) {
            return false
        }
        return true
    }

    private func start(of stage: Stage) -> (bytes: UInt32, entries: UInt32) {
        stage == .connect ? (0, 0) : ends[stage.rawValue - 1]
    }

    /// Puts the pairs in `data` up to `end` in the place of the stage's.
    private mutating func replace(
        _ stage: Stage, with pairs: [Entry], from data: borrowing Span<UInt8>, to end: Int
    ) {
        let (begin, former) = (start(of: stage), ends[stage.rawValue])
        // Mail servers send the stages in order, so that there is hardly ever something behind.
        let laterBytes = Array(bytes[Int(former.bytes)...])
        let laterEntries = Array(entries[Int(former.entries)...])
        bytes.removeLast(bytes.count - Int(begin.bytes))
        entries.removeLast(entries.count - Int(begin.entries))
        bytes.reserveCapacity(Int(begin.bytes) + end - 1 + laterBytes.count)
        // unsafe: the bytes are copied at once.
        unsafe data.extracting(1..<end).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        append(pairs, from: 1, at: begin.bytes)
        let now = (bytes: UInt32(clamping: bytes.count), entries: UInt32(clamping: entries.count))
        bytes += laterBytes
        append(laterEntries, from: former.bytes, at: now.bytes)
        for index in stage.rawValue..<Stage.allCases.count {
            ends[index] = (
                ends[index].bytes - former.bytes + now.bytes, ends[index].entries - former.entries + now.entries
            )
        }
    }

    /// Adds entries whose places were counted from `old`, and are now counted from `new`.
    private mutating func append(_ added: [Entry], from old: UInt32, at new: UInt32) {
        for entry in added {
            entries.append(
                Entry(name: entry.name - old + new, value: entry.value - old + new, end: entry.end - old + new))
        }
    }
}
