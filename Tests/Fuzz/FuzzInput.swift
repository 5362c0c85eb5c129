/// Takes numbers and pieces off the bytes that the fuzzer made.
struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    init(_ start: UnsafePointer<UInt8>, _ count: Int) {
        rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func number16() -> Int { Int(byte()) << 8 | Int(byte()) }

    mutating func number32() -> UInt32 { UInt32(number16()) << 16 | UInt32(number16()) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        let taken = rest.prefix(count)
        rest = rest.dropFirst(count)
        return Array(taken)
    }

    mutating func all() -> [UInt8] { bytes(rest.count) }
}

/// A property that does not hold ends the run, so that the fuzzer keeps the input.
func require(_ condition: Bool, _ what: StaticString) {
    if !condition { fatalError("\(what)") }
}
