/// What the mail server sends: packets whose lengths are right, mostly, and bytes that are nothing.
struct PacketStream {
    private(set) var bytes: [UInt8] = []
    /// Where a write ends.
    private var cuts: [Int] = []

    /// The bytes in the pieces in which they are written.
    var pieces: [[UInt8]] {
        var pieces: [[UInt8]] = []
        var begin = 0
        for cut in cuts.map({ min($0, bytes.count) }) + [bytes.count] where cut > begin {
            pieces.append(Array(bytes[begin..<cut]))
            begin = cut
        }
        return pieces
    }

    private static let letters = Array("OCHMRTLNBEADUQK".utf8)

    mutating func append(_ input: inout DuelInput) {
        let control = input.byte()
        let index = Int(control & 31)
        if index >= 28 {
            cuts.append(bytes.count + Int(input.byte()))
            return
        }
        if index == 27 {
            bytes += input.bytes(Int(input.byte() & 31))
            return
        }
        let letter =
            index < Self.letters.count ? Self.letters[index] : index < 24 ? Self.letters[index - 15] : input.byte()
        var extra: UInt32 = 0
        var data: [UInt8]
        switch control >> 5 {
        case 0: data = []
        case 1: data = input.bytes(Int(input.byte())) + [0]
        case 2: data = input.bytes(Int(input.byte()))
        case 3:
            data = Self.data(of: letter, &input)
            extra = UInt32(truncatingIfNeeded: Int(Int8(bitPattern: input.byte())))
        case 4: data = Self.data(of: letter, &input) + input.bytes(Int(input.byte() & 15)) + [0]
        case 5:
            let size = input.number16() << 3
            data = [UInt8](repeating: input.byte(), count: min(size, 300_000)) + input.bytes(2)
        default: data = Self.data(of: letter, &input)
        }
        let length = UInt32(data.count + 1) &+ extra
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
        bytes.append(letter)
        bytes += data
    }

    /// What a mail server would send, with variations.
    private static func data(of letter: UInt8, _ input: inout DuelInput) -> [UInt8] {
        let choice = input.byte()
        func texts(_ texts: String...) -> [UInt8] { texts.flatMap { Array($0.utf8) + [0] } }
        switch letter {
        case UInt8(ascii: "O"):
            let offers: [[UInt32]] = [
                [6, 0x1ff, 0x1f_ffff], [6, 0x1ff, 0x7_ff], [2, 0x3f, 0x7f], [2, 0, 0], [6, 0xff, 0x10_0400],
                [1, 0x1ff, 0x1f_ffff], [0x8000_0006, 0x1ff, 0x1f_ffff], [7, 0xffff_ffff, 0xffff_ffff],
                [3, 0x100, 0x7000_0000],
            ]
            let offer = choice < 100 ? offers[0] : offers[Int(choice) % offers.count]
            return offer.flatMap { number in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
        case UInt8(ascii: "C"):
            let clients: [[UInt8]] = [
                texts("host.example") + [0x34, 0x10, 0x92] + texts("192.0.2.1"),
                texts("host.example") + [0x36, 0x10, 0x92] + texts("IPv6:2001:db8::1"),
                texts("host.example") + [0x36, 0, 0] + texts("::ffff:192.0.2.1"),
                texts("localhost") + [0x4c, 0, 0] + texts("/var/run/x"), texts("unknown") + [0x55],
                texts("h") + [0x34, 0, 0] + texts("127.1 x"), texts("h") + [0x34, 0, 0] + texts("0x7f.017.1"),
                texts("h") + [0x36, 0, 0] + texts("ipV6:::1"), texts("h") + [0x34, 0, 0] + texts("1.2.3.400"),
                texts("h") + [0x4c, 0, 0] + texts(String(repeating: "p", count: 100 + Int(choice >> 4))),
            ]
            return clients[Int(choice) % clients.count]
        case UInt8(ascii: "H"): return texts("mail.example")
        case UInt8(ascii: "M"):
            return choice & 1 == 0 ? texts("<a@example.net>") : texts("<>", "SIZE=1", "", "BODY=8BITMIME")
        case UInt8(ascii: "R"):
            let size = choice & 7 == 7 ? 8_180 + Int(choice >> 3) : 1
            return texts("<b@lab.example>", String(repeating: "x", count: size))
        case UInt8(ascii: "L"):
            return choice & 3 == 3 ? [0] + texts("x", "y", "z") : texts("Subject", " test \(choice)")
        case UInt8(ascii: "B"): return Array("body\r\n".utf8)
        case UInt8(ascii: "E"): return choice & 7 == 7 ? Array("last".utf8) : []
        case UInt8(ascii: "U"): return texts("FOO bar")
        case UInt8(ascii: "D"):
            let stages = Array("CHMRTNEOX".utf8)
            let pairs = [
                texts("j", "mx.example", "v", "Postfix 3.7.11", "{client_name}", "a"),
                texts("v", "8.17.1.9", "i", "q\(choice)"),
                texts("{rcpt_mailer}", "local", "{x}", "1", "y", "2"), texts("i", "n", "j"), Array("j\0a\0v".utf8), [],
                texts("{j}", "k", "x", "", "", "z"),
            ]
            return [stages[Int(choice) % stages.count]] + pairs[Int(choice >> 4) % pairs.count]
        default: return []
        }
    }
}
