/// A packet of the milter protocol: a letter and its data.
///
/// On the wire: the length of letter and data in four bytes, most significant first, the letter, the data.
public struct MilterPacket: Hashable, Sendable {
    /// The command or reply letter.
    public var letter: UInt8
    /// What follows the letter.
    public var payload: [UInt8]

    /// A packet of any letter.
    public init(letter: UInt8, payload: [UInt8] = []) {
        self.letter = letter
        self.payload = payload
    }

    /// A packet of the MTA.
    public init(_ command: MilterCommand, payload: [UInt8] = []) {
        self.init(letter: command.rawValue, payload: payload)
    }

    /// A packet of the MTA whose data are strings, each ended by a NUL.
    public init(_ command: MilterCommand, strings: [String]) {
        self.init(command, payload: MilterPacket.terminated(strings))
    }

    /// The reply letter, if it is one.
    public var replyCode: MilterReplyCode? { MilterReplyCode(rawValue: letter) }

    /// The letter as a character, or in hexadecimal if it cannot be printed.
    public var letterDescription: String {
        (0x21...0x7E).contains(letter) ? String(UnicodeScalar(letter)) : "0x" + String(letter, radix: 16)
    }

    /// The packet as it goes over the wire.
    public func encoded() -> [UInt8] {
        MilterPacket.bigEndian(UInt32(payload.count + 1)) + [letter] + payload
    }

    /// A number as the protocol writes it.
    public static func bigEndian(_ number: UInt32) -> [UInt8] {
        [UInt8(number >> 24), UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
    }

    /// Strings, each followed by a NUL. A NUL within a string is sent as it is.
    public static func terminated(_ strings: [String]) -> [UInt8] {
        strings.flatMap { ByteText.bytes($0) + [0] }
    }
}
