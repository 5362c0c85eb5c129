/// Finds the end of a message: a line of nothing but a dot. Lines may end in LF alone, as those of some bots do.
struct MessageScanner: Sendable, Equatable {
    private enum Place: Sendable {
        case lineStart, dot, dotAndReturn, within
    }

    private var place = Place.lineStart

    /// How many of `bytes` belong to the message, its final dot included; `nil` when it goes on. O(number of bytes).
    mutating func scan(_ bytes: ArraySlice<UInt8>) -> Int? {
        for index in bytes.indices {
            switch (place, bytes[index]) {
            case (.dot, UInt8(ascii: "\n")), (.dotAndReturn, UInt8(ascii: "\n")):
                place = .lineStart
                return index - bytes.startIndex + 1
            case (_, UInt8(ascii: "\n")): place = .lineStart
            case (.lineStart, UInt8(ascii: ".")): place = .dot
            case (.dot, UInt8(ascii: "\r")): place = .dotAndReturn
            default: place = .within
            }
        }
        return nil
    }
}
