import Milter

/// The macros of a session, by the stage that they came with, in one piece of memory.
///
/// A stage's macros stay until they come again, or until a command of an earlier stage: a recipient's end with the next
/// one, a transaction's with the next MAIL. There is one of a connection, and a look-up does not copy it.
struct MacroTable: ~Copyable {
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
        /// What most other names do not have: see ``MacroTable/mark(of:)``.
        var mark: UInt32
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
        var end = 1
        while let next = Self.pair(in: data, at: end)?.end { end = next }
        // What was kept for the stage stays when nothing comes in its place.
        if end > 1, let stage = Stage(command: data[0]) { replace(stage, with: data, to: end) }
        return end != data.count
    }

    /// The name and the value that begin at a place: where the value begins, and what is behind its NUL.
    private static func pair(in data: borrowing Span<UInt8>, at name: Int) -> (value: Int, end: Int)? {
        guard let middle = CommandData.terminator(in: data, from: name),
            let end = CommandData.terminator(in: data, from: middle + 1)
        else { return nil }
        return (middle + 1, end + 1)
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
        let mark = Self.mark(count: wanted.count) { UInt8(bitPattern: wanted[$0]) }
        // From behind, stage by stage; within one the first counts.
        var end = entries.count
        for stage in stride(from: Stage.allCases.count - 1, through: 0, by: -1) where end > 0 {
            let begin = stage == 0 ? 0 : Int(ends[stage - 1].entries)
            for index in begin..<end where entries[index].mark == mark && isNamed(index, wanted) {
                return String(decoding: bytes[Int(entries[index].value)..<Int(entries[index].end) - 1], as: UTF8.self)
            }
            end = begin
        }
        return nil
    }

    /// A name's length and four of its letters; one letter is the same with and without braces. Names differ in length, or
    /// near their end: {daemon_name}, {daemon_port}. O(1).
    private static func mark(count: Int, _ letter: (Int) -> UInt8) -> UInt32 {
        guard count > 3 else {
            let isBraced = count == 3 && letter(0) == 0x7b && letter(2) == 0x7d
            return (0..<count).reduce(UInt32(0)) { isBraced && $1 != 1 ? $0 : $0 << 8 | UInt32(letter($1)) }
        }
        let ends = UInt32(letter(count - 2)) << 16 | UInt32(letter(count - 3)) << 8 | UInt32(letter(count / 2))
        return UInt32(truncatingIfNeeded: count) << 24 ^ ends
    }

    /// Whether an entry of the same mark has the wanted name. O(length).
    private func isNamed(_ index: Int, _ wanted: borrowing Span<CChar>) -> Bool {
        let begin = Int(entries[index].name)
        let length = Int(entries[index].value) - 1 - begin
        // Names that short are what their mark says.
        guard length > 3 || wanted.count > 3 else { return true }
        guard length == wanted.count else { return false }
        for offset in 0..<length where bytes[begin + offset] != UInt8(bitPattern: wanted[offset]) { return false }
        return true
    }

    private func start(of stage: Stage) -> (bytes: UInt32, entries: UInt32) {
        stage == .connect ? (0, 0) : ends[stage.rawValue - 1]
    }

    /// Puts the pairs in `data` up to `end` in the place of the stage's.
    private mutating func replace(_ stage: Stage, with data: borrowing Span<UInt8>, to end: Int) {
        let (begin, former) = (start(of: stage), ends[stage.rawValue])
        // Mail servers send the stages in order, so that there is hardly ever something behind.
        let laterBytes = Array(bytes[Int(former.bytes)...])
        let laterEntries = Array(entries[Int(former.entries)...])
        bytes.removeLast(bytes.count - Int(begin.bytes))
        entries.removeLast(entries.count - Int(begin.entries))
        // unsafe: the bytes are copied at once.
        unsafe data.extracting(1..<end).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        var name = 1
        while name < end, let (value, next) = Self.pair(in: data, at: name) {
            let mark = Self.mark(count: value - 1 - name) { data[name + $0] }
            append(Entry(mark: mark, name: UInt32(name), value: UInt32(value), end: UInt32(next)), 1, begin.bytes)
            name = next
        }
        let now = (bytes: UInt32(clamping: bytes.count), entries: UInt32(clamping: entries.count))
        bytes += laterBytes
        for entry in laterEntries { append(entry, former.bytes, now.bytes) }
        for index in stage.rawValue..<Stage.allCases.count {
            ends[index] = (
                ends[index].bytes - former.bytes + now.bytes, ends[index].entries - former.entries + now.entries
            )
        }
    }

    /// Adds an entry whose places were counted from `old`, and are now counted from `new`.
    private mutating func append(_ entry: Entry, _ old: UInt32, _ new: UInt32) {
        entries.append(
            Entry(
                mark: entry.mark, name: entry.name - old + new, value: entry.value - old + new,
                end: entry.end - old + new))
    }
}
