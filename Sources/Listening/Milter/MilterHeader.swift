/// A header that a filter writes into a message. Nothing that would break the message's structure can be built.
public struct MilterHeader: Hashable, Sendable {
    /// The name, printable ASCII without a colon (RFC 5322 section 2.2).
    public let name: String

    /// The value without the blank after the colon; a fold is a line feed and a blank or tab.
    public let value: String

    /// A header of name and value.
    ///
    /// - Throws: ``MilterError/Code/headerSyntax`` when the name is no header name, or when the value holds NUL, CR,
    ///   or a line feed without a blank after it.
    public init(name: String, value: String) throws(MilterError) {
        guard !name.isEmpty, name.utf8.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: ":") }) else {
            throw MilterError(.headerSyntax, "\"\(name)\" is not a header name: use printable ASCII without a colon")
        }
        var previous: UInt8?
        for byte in Array(value.utf8) + [UInt8(ascii: "x")] {
            let breaksLine = previous == UInt8(ascii: "\n") && byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t")
            if byte == 0 || byte == UInt8(ascii: "\r") || breaksLine {
                throw MilterError(
                    .headerSyntax, "the value of header \(name) breaks its line: fold with LF and a blank")
            }
            previous = byte
        }
        self.name = name
        self.value = value
    }
}
