/// What is hashed under a key: the purpose, and parts in their order.
///
/// Purpose and parts are prefixed with their lengths, so neither (`a`, `bc`) and (`ab`, `c`) nor two purposes ever have a
/// digest in common. Parts are shorter than 4 GiB. Most messages are short, and need no memory of their own.
public struct DigestMessage: Sendable {
    private var short = InlineArray<192, UInt8>(repeating: 0)
    /// All of a message that is longer than ``room``.
    private var long: [UInt8] = []
    private var count = 0

    private static let room = 192

    /// A message without parts yet, for the purpose that `domain` names.
    public init(_ domain: StaticString) {
        // unsafe: the text is the program's own and stays; it is copied.
        unsafe addPart(UnsafeBufferPointer(start: domain.utf8Start, count: domain.utf8CodeUnitCount).span)
    }

    /// Adds a part. O(length).
    public mutating func add(_ part: String) { addPart(part.utf8.span) }

    /// Adds a part. O(length).
    public mutating func add(_ part: [UInt8]) { addPart(part.span) }

    /// Adds a number as a part: all of its bytes, the highest first.
    public mutating func add(_ number: UInt128) {
        begin(partOf: 16)
        append(UInt64(truncatingIfNeeded: number >> 64), count: 8)
        append(UInt64(truncatingIfNeeded: number), count: 8)
    }

    /// Begins a part of so many bytes, which ``append(_:)`` adds.
    mutating func begin(partOf length: Int) {
        let length = UInt32(truncatingIfNeeded: length)
        for index: UInt32 in 0..<4 { append(UInt8(truncatingIfNeeded: length >> (8 * index))) }
    }

    /// Adds the lowest `count` bytes of a number, the highest of them first.
    mutating func append(_ number: UInt64, count: UInt64) {
        for index in 0..<count { append(UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - index)))) }
    }

    /// Adds a byte of a part.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count < Self.room {
            short[count] = byte
            count += 1
        } else {
            appendBeyondRoom(byte)
        }
    }

    /// All of it.
    func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        count <= Self.room ? body(short.span.extracting(first: count)) : body(long.span)
    }

    private mutating func addPart(_ part: Span<UInt8>) {
        begin(partOf: part.count)
        for index in part.indices { append(part[index]) }
    }

    @inline(never)
    private mutating func appendBeyondRoom(_ byte: UInt8) {
        if count == Self.room { long = (0..<count).map { short[$0] } }
        long.append(byte)
        count += 1
    }
}
