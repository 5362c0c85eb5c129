internal import SMTP

public import Memory

extension ServerID {
    /// The server as it is written: sixteen hexadecimal digits.
    public var name: String { number.padded(to: 16, radix: 16) }

    /// The server of a name; `nil` for a text that is none.
    public init?(name: String) {
        guard name.utf8.count == 16, name.utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }),
            let number = UInt64(name, radix: 16)
        else { return nil }
        self.init(number)
    }
}
