/// The events of a session in one block of memory: an arena of bytes and a table of where each event's bytes are.
public struct EventLog: Sendable, Hashable, RandomAccessCollection {
    private struct Record: Sendable, Hashable {
        var time: UInt64
        var start: UInt32
        var length: UInt32
        var kind: SessionEvent.Kind
    }

    private var arena: [UInt8] = []
    private var records: [Record] = []

    /// An empty log with room for a usual session.
    public init(reservingBytes bytes: Int = 0, events: Int = 0) {
        arena.reserveCapacity(bytes)
        records.reserveCapacity(events)
    }

    /// The number of bytes that the events hold together.
    public var byteCount: Int { arena.count }

    /// The first event's index.
    public var startIndex: Int { 0 }

    /// One past the last event's index.
    public var endIndex: Int { records.count }

    /// The event at `index`. O(1).
    public subscript(index: Int) -> SessionEvent {
        let record = records[index]
        let bytes = arena[Int(record.start)..<Int(record.start + record.length)]
        return SessionEvent(time: record.time, kind: record.kind, bytes: bytes)
    }

    /// Appends an event whose bytes are given, at most `limit` of them. O(number of bytes).
    public mutating func append(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>, limit: Int = .max, at time: UInt64) {
        let start = arena.count
        let count = Swift.min(bytes.count, limit)
        for index in 0..<count { arena.append(bytes[index]) }
        close(kind, from: start, at: time)
    }

    /// Appends an event whose bytes are given.
    public mutating func append(_ kind: SessionEvent.Kind, _ bytes: some Collection<UInt8> = [], at time: UInt64) {
        let start = arena.count
        arena.append(contentsOf: bytes)
        close(kind, from: start, at: time)
    }

    /// Appends an event of several parts.
    public mutating func append(_ kind: SessionEvent.Kind, parts: [some Collection<UInt8>], at time: UInt64) {
        let start = arena.count
        for (index, part) in parts.enumerated() {
            if index > 0 { arena.append(0) }
            arena.append(contentsOf: part)
        }
        close(kind, from: start, at: time)
    }

    private mutating func close(_ kind: SessionEvent.Kind, from start: Int, at time: UInt64) {
        // What lies beyond 4 GB is not kept.
        guard let end = UInt32(exactly: arena.count), let begin = UInt32(exactly: start) else {
            arena.removeSubrange(start...)
            return
        }
        records.append(Record(time: time, start: begin, length: end - begin, kind: kind))
    }
}
