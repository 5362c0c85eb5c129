/// The shape of a body's first bytes: what kind of text it starts with, not what it says.
///
/// Each run of letters becomes `a` or `A`, of digits `9`, of 8-bit bytes `8`, of blanks `_`; a line end becomes `$`,
/// other control bytes `?`, and punctuation stays.
public enum BodyShape {
    /// The shape of at most `limits.bodySampleBytes` bytes, at most `limits.bodyShapeLetters` long.
    public static func shape(of chunk: Span<UInt8>, limits: RecorderLimits = RecorderLimits()) -> [UInt8] {
        var shape: [UInt8] = []
        shape.reserveCapacity(limits.bodyShapeLetters)
        for index in 0..<min(chunk.count, limits.bodySampleBytes) {
            let letter = letter(for: chunk[index])
            guard let letter, letter != shape.last || !isRun(letter) else { continue }
            guard shape.count < limits.bodyShapeLetters else { break }
            shape.append(letter)
        }
        return shape
    }

    private static func letter(for byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: UInt8(ascii: "9")
        case 0x41...0x5a: UInt8(ascii: "A")
        case 0x61...0x7a: UInt8(ascii: "a")
        case 0x20, 0x09: UInt8(ascii: "_")
        case 0x0d: nil
        case 0x0a: UInt8(ascii: "$")
        case 0x21...0x7e: byte
        case 0x80...: UInt8(ascii: "8")
        default: UInt8(ascii: "?")
        }
    }

    private static func isRun(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "9"), UInt8(ascii: "A"), UInt8(ascii: "a"), UInt8(ascii: "_"), UInt8(ascii: "8"): true
        default: false
        }
    }
}
