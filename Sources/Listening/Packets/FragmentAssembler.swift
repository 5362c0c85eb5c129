import SMTP

/// Puts the fragments of IP packets together again, in bounded memory.
struct FragmentAssembler {
    /// What tells the fragments of one packet.
    private struct Key: Hashable {
        var source: ClientAddress
        var destination: ClientAddress
        var transport: UInt8
        var identification: UInt32
    }

    private struct Part {
        var offset: Int
        var bytes: [UInt8]
    }

    private struct Assembly {
        var parts: [Part] = []
        var began: UInt64
        var end: Int?
    }

    /// A packet's payload can be no longer (RFC 791, RFC 8200).
    private static let longest = 65_535
    /// Packets in progress at once, and parts of each: enough for honest traffic, and too few to do harm.
    private static let mostPackets = 64
    private static let mostParts = 128
    /// After 30 seconds a receiver gives up as well (RFC 1122 says 60 to 120, Linux does 30).
    private static let patience: UInt64 = 30_000_000

    private var assemblies: [Key: Assembly] = [:]

    /// Packets that were given up because parts of them never came.
    private(set) var incomplete = 0

    /// Takes a fragment; returns the whole payload when it was the last one missing.
    mutating func assemble(
        _ packet: InternetPacket, _ fragment: InternetPacket.Fragment, of frame: Span<UInt8>, at time: UInt64
    ) -> [UInt8]? {
        let key = Key(
            source: packet.source, destination: packet.destination, transport: packet.transport,
            identification: fragment.identification)
        var assembly = assemblies.removeValue(forKey: key) ?? Assembly(began: time)
        if time > assembly.began, time - assembly.began > Self.patience {
            incomplete += 1
            assembly = Assembly(began: time)
        }
        let end = fragment.offset + packet.payload.count
        guard packet.missing == 0, end <= Self.longest, assembly.parts.count < Self.mostParts else {
            incomplete += 1
            return nil
        }
        if !fragment.hasMore { assembly.end = end }
        let bytes = frame.bytes(in: packet.payload)
        let place = assembly.parts.firstIndex { $0.offset > fragment.offset } ?? assembly.parts.count
        assembly.parts.insert(Part(offset: fragment.offset, bytes: bytes), at: place)
        if let whole = Self.whole(assembly) { return whole }
        if assemblies.count >= Self.mostPackets, let oldest = assemblies.min(by: { $0.value.began < $1.value.began }) {
            assemblies[oldest.key] = nil
            incomplete += 1
        }
        assemblies[key] = assembly
        return nil
    }

    /// Gives up what is in progress, at the end of a capture.
    mutating func finish() {
        incomplete += assemblies.count
        assemblies = [:]
    }

    /// The payload, where parts overlap from the one that begins first.
    private static func whole(_ assembly: Assembly) -> [UInt8]? {
        guard let end = assembly.end else { return nil }
        var bytes: [UInt8] = []
        for part in assembly.parts {
            guard part.offset <= bytes.count else { return nil }
            let known = bytes.count - part.offset
            if known < part.bytes.count { bytes += part.bytes[known...] }
        }
        return bytes.count >= end ? Array(bytes.prefix(end)) : nil
    }
}
