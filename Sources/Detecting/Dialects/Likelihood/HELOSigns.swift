import SMTP

/// What the argument of HELO says about a client, whatever dialects have it.
enum HELOSigns {
    /// Adds the signs of an argument; `isStranger` is whether the client is none of the server's own network. O(length).
    static func add(
        to signs: inout BehaviourSigns, argument: Span<UInt8>, shape: HELOShape, isStranger: Bool
    ) {
        switch shape.form {
        case .bareIPv4: signs.insert(.namesBareAddress)
        case .empty: signs.insert(.namesNothing)
        case .malformed: signs.insert(.namesMalformed)
        case .singleLabel: signs.insert(.namesSingleLabel)
        case .literalIPv4, .literalIPv6: signs.insert(.namesLiteral)
        case .localhost, .localhostLocaldomain: signs.insert(.namesLocalhost)
        case .fqdn: if isPoolName(argument) { signs.insert(.namesPoolHost) }
        }
        guard isStranger else { return }
        // A name of one label belongs to nobody: two hosts called "linux" lie to nobody.
        let isOwnable = shape.form == .fqdn || shape.form == .bareIPv4 || shape.form == .literalIPv4
        if shape.traits.contains(.equalsServer), isOwnable || shape.form == .literalIPv6 {
            signs.insert(.claimsServerName)
        } else if shape.traits.contains(.otherAddress), !namesLocalAddress(argument) {
            signs.insert(.namesOtherAddress)
        }
    }

    /// Whether the address that an argument gives is one of a private network or of the host itself: software behind
    /// a router knows no better.
    private static func namesLocalAddress(_ argument: Span<UInt8>) -> Bool {
        let bytes = argument.indices.map { argument[$0] }.filter { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
        return ClientAddress(String(decoding: bytes, as: UTF8.self))?.isLocal ?? false
    }

    /// Whether a host name is made of an address, as the pools of access providers name their hosts: four numbers up to
    /// 255 in a row, separated by dots or hyphens, such as `4-3-2-1.pool.example.net`.
    static func isPoolName(_ name: Span<UInt8>) -> Bool {
        var numbers = 0
        var value = 0
        var digits = 0
        for index in 0...name.count {
            let byte = index < name.count ? name[index] : UInt8(ascii: ".")
            switch byte {
            case 0x30...0x39 where digits < 4:
                value = value * 10 + Int(byte - 0x30)
                digits += 1
            case UInt8(ascii: "."), UInt8(ascii: "-"):
                numbers = digits > 0 && digits < 4 && value <= 255 ? numbers + 1 : 0
                if numbers == 4, index < name.count { return true }
                (value, digits) = (0, 0)
            default:
                // A letter beside digits: `dsl4-3-2-1` counts from the digits on, `4x-3` does not.
                numbers = 0
                (value, digits) = (0, digits > 0 ? 4 : 0)
            }
        }
        return false
    }
}
