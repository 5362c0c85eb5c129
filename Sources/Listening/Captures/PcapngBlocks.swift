import Packets

/// The blocks of a pcapng file (draft-ietf-opsawg-pcapng): bytes in, frames out, each with the link type of its own
/// interface. libpcap reads files of which all interfaces are alike, and no others.
///
/// Bounded: no more is kept than a block, of at most ``longestBlock`` bytes, and what was added last.
struct PcapngBlocks {
    /// A frame; its bytes are those of ``buffer`` until the next call.
    struct Frame: Equatable {
        /// What is around its IP packet; `nil` for an interface of a kind that is not read.
        let linkType: LinkType?
        /// When it was captured, in microseconds since 1970.
        let time: UInt64
        /// How long it was on the wire.
        let wireLength: Int
        /// Where its bytes are.
        let bytes: Range<Int>
    }

    /// Why a file cannot be read on.
    struct Damage: Error, Equatable {
        let problem: String
    }

    private struct Interface {
        let number: UInt16
        let linkType: LinkType?
        let longestFrame: UInt32
        var unit = TimeUnit()
    }

    /// What a number of a time stamp stands for.
    private struct TimeUnit {
        /// Units of a second; microseconds unless an option says otherwise.
        var perSecond: UInt64 = 1_000_000
        /// Seconds that are added.
        var offset: Int64 = 0

        /// The time in microseconds; 0 and up, at most a time of eleven digits in seconds.
        func micros(_ number: UInt64) -> UInt64 {
            let (seconds, rest) = number.quotientAndRemainder(dividingBy: perSecond)
            let whole = Int64(clamping: min(seconds, 99_999_999_999)).addingReportingOverflow(offset)
            let clamped = UInt64(min(max(0, whole.overflow ? 0 : whole.partialValue), 99_999_999_999))
            return clamped * 1_000_000 + UInt64((Double(rest) * 1_000_000 / Double(perSecond)).rounded(.down))
        }
    }

    /// The longest block that is read: libpcap's limit.
    static let longestBlock = 16 << 20

    /// The most interfaces of a section.
    static let mostInterfaces = 65_536

    /// What was added and not read yet, and the frame that was read last.
    private(set) var buffer: [UInt8] = []
    private var start = 0
    private var isBigEndian = false
    private var hasSection = false
    private var interfaces: [Interface] = []

    /// The numbers of the link types of interfaces that are not read.
    private(set) var unread: Set<UInt16> = []

    /// Whether any interface is of a kind that is read.
    private(set) var hasReadable = false

    /// Whether an interface was described.
    var hasInterface: Bool { hasReadable || !unread.isEmpty }

    /// Whether everything that was added was read: the end of the file may be here.
    var isBetweenBlocks: Bool { start == buffer.count }

    /// Adds the next bytes of the file. Frames that were handed out are gone.
    mutating func add(_ bytes: some Collection<UInt8>) {
        buffer.removeFirst(start)
        start = 0
        buffer += bytes
    }

    /// The next frame; `nil` when more bytes are needed. O(length of the blocks before it).
    mutating func next() throws(Damage) -> Frame? {
        while let block = try nextBlock() {
            switch block.type {
            case Self.section: interfaces = []
            case 1: try describe(block.body)
            case 2, 6: return try packet(block.body, isOld: block.type == 2)
            case 3: return try simplePacket(block.body)
            default: break
            }
        }
        return nil
    }

    private static let section: UInt32 = 0x0a0d_0d0a

    private mutating func nextBlock() throws(Damage) -> (type: UInt32, body: Range<Int>)? {
        guard buffer.count - start >= 12 else { return nil }
        // The type of a section reads the same in either byte order, which its first words tell.
        if number32(start) == Self.section {
            switch Array(buffer[(start + 8)..<(start + 12)]) {
            case [0x1a, 0x2b, 0x3c, 0x4d]: isBigEndian = true
            case [0x4d, 0x3c, 0x2b, 0x1a]: isBigEndian = false
            default: throw Damage(problem: "a section begins without its mark")
            }
            hasSection = true
        }
        guard hasSection else { throw Damage(problem: "it does not begin with a section") }
        let type = number32(start)
        let length = Int(number32(start + 4))
        guard 12...Self.longestBlock ~= length, length % 4 == 0 else {
            throw Damage(problem: "a block has \(length) bytes")
        }
        guard buffer.count - start >= length else { return nil }
        guard Int(number32(start + length - 4)) == length else {
            throw Damage(problem: "a block begins with another length than it ends with")
        }
        defer { start += length }
        return (type, (start + 8)..<(start + length - 4))
    }

    private mutating func describe(_ body: Range<Int>) throws(Damage) {
        guard body.count >= 8, interfaces.count < Self.mostInterfaces else {
            throw Damage(problem: "an interface is not described")
        }
        let number = number16(body.lowerBound)
        var interface = Interface(
            number: number, linkType: LinkType(dataLinkType: Int32(number)),
            longestFrame: number32(body.lowerBound + 4))
        if interface.linkType == nil { unread.insert(number) } else { hasReadable = true }
        var place = body.lowerBound + 8
        while body.upperBound - place >= 4 {
            let (code, length) = (number16(place), Int(number16(place + 2)))
            guard code != 0, length <= body.upperBound - place - 4 else { break }
            let value = place + 4
            switch (code, length) {
            case (9, 1): interface.unit.perSecond = Self.resolution(buffer[value]) ?? interface.unit.perSecond
            case (14, 8): interface.unit.offset = Int64(bitPattern: number64(value))
            default: break
            }
            place = value + (length + 3) & ~3
        }
        interfaces.append(interface)
    }

    /// Units of a second by the option `if_tsresol`: a power of ten, or of two with the highest bit; `nil` for one that no
    /// clock has.
    private static func resolution(_ byte: UInt8) -> UInt64? {
        let exponent = byte & 0x7f
        if byte & 0x80 != 0 { return exponent < 64 ? 1 << UInt64(exponent) : nil }
        return exponent < 20 ? (0..<exponent).reduce(1) { power, _ in power * 10 } : nil
    }

    private func packet(_ body: Range<Int>, isOld: Bool) throws(Damage) -> Frame {
        guard body.count >= 20 else { throw Damage(problem: "a packet's block is too short") }
        let place = body.lowerBound
        let number = isOld ? Int(number16(place)) : Int(number32(place))
        guard interfaces.indices.contains(number) else {
            throw Damage(problem: "a packet is of interface \(number), which is not described")
        }
        let stamp = UInt64(number32(place + 4)) << 32 | UInt64(number32(place + 8))
        let length = Int(number32(place + 12))
        guard length <= body.count - 20 else { throw Damage(problem: "a packet is longer than its block") }
        return Frame(
            linkType: interfaces[number].linkType, time: interfaces[number].unit.micros(stamp),
            wireLength: max(length, Int(number32(place + 16))), bytes: (place + 20)..<(place + 20 + length))
    }

    /// A packet of the first interface, without a time.
    private func simplePacket(_ body: Range<Int>) throws(Damage) -> Frame {
        guard body.count >= 4, let interface = interfaces.first else {
            throw Damage(problem: "a packet has no interface")
        }
        let wireLength = Int(number32(body.lowerBound))
        let longest = interface.longestFrame == 0 ? .max : Int(interface.longestFrame)
        let length = min(wireLength, longest, body.count - 4)
        return Frame(
            linkType: interface.linkType, time: 0, wireLength: wireLength,
            bytes: (body.lowerBound + 4)..<(body.lowerBound + 4 + length))
    }

    // MARK: Numbers

    private func number16(_ place: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(place, 2)) }

    private func number32(_ place: Int) -> UInt32 { UInt32(truncatingIfNeeded: number(place, 4)) }

    private func number64(_ place: Int) -> UInt64 { number(place, 8) }

    private func number(_ place: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { number, index in
            number << 8 | UInt64(buffer[place + (isBigEndian ? index : count - 1 - index)])
        }
    }
}
