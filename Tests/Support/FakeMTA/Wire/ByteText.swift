/// Bytes of any value as text, one character a byte, so that tests can be written in strings.
///
/// A string is taken as its UTF-8 bytes, except that the scalars U+F780 to U+F7FF stand for the single bytes 0x80 to
/// 0xFF; `text(_:)` yields them for bytes that are no UTF-8. So every sequence of bytes survives the way there and back.
public enum ByteText {
    private static let offset: UInt32 = 0xF700

    /// The bytes a string stands for.
    public static func bytes(_ text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar -> [UInt8] in
            (0xF780...0xF7FF).contains(scalar.value) ? [UInt8(scalar.value - offset)] : Array(UTF8.encode(scalar)!)
        }
    }

    /// The string that stands for the bytes.
    public static func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for byte in bytes {
            text.append(byte < 0x80 ? UnicodeScalar(byte) : UnicodeScalar(offset + UInt32(byte))!)
        }
        return String(text)
    }

    /// One byte of any value.
    public static func scalar(_ byte: UInt8) -> UnicodeScalar {
        byte < 0x80 ? UnicodeScalar(byte) : UnicodeScalar(offset + UInt32(byte))!
    }
}
