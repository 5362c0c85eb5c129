import Packets
import SMTP
import Tap
import Wire

/// Frames through decoder, live conversations and the writer to argotd's reader, in pieces of any size: what is handed over
/// is what was found, numbered without gaps, and bounds hold.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTap(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let types = LinkType.allCases
    let setting = input.byte()
    var decoder = PacketDecoder(linkType: types[Int(setting & 0x7f) % types.count])
    var limits = LiveTable.Limits()
    limits.connections = 4
    limits.bytes = setting & 0x80 == 0 ? 20_000 : 1_500
    limits.silence = 100_000_000
    var table = LiveTable(ports: [25, 587], limits: limits)
    var records: [TapRecord] = []
    var time: UInt64 = 0
    while !input.isEmpty {
        let length = Int(input.byte())
        let frame = input.bytes(length)
        let jump = input.byte()
        time += jump > 250 ? 60_000_000 : UInt64(jump) << 10
        // One in four brings a number of bytes that are missing.
        if let segment = decoder.decode(frame.span, wireLength: frame.count + Int(jump & 3 == 3 ? jump : 0), at: time) {
            records += table.consume(segment)
        }
        if jump & 7 == 5 { records += table.tick(at: time) }
        require(table.count <= 4, "too many connections are followed")
    }
    decoder.finish()
    records += table.tick(at: time + 1_000_000)
    require(table.lost <= table.connections, "more are lost than there were")

    var next: [TapConnection: UInt32] = [:]
    var bytes = TapWriter.preamble
    for record in records {
        // A connection between the same ends begins again at 0.
        if record.serial != 0 { require(next[record.connection] == record.serial, "a finding's number is missing") }
        next[record.connection] = record.serial &+ 1
        TapWriter.append(.record(record), to: &bytes)
    }
    var reader = TapReader()
    var read: [TapMessage] = []
    var place = 0
    while place < bytes.count {
        let piece = 1 + (place &* 31 + Int(setting)) % 97
        guard let messages = try? reader.read(bytes[place..<min(place + piece, bytes.count)]) else {
            fatalError("what is written is not read")
        }
        read += messages
        place += piece
    }
    require(read == records.map { .record($0) }, "what is handed over is not what was found")

    // Anything at all at argotd's end.
    var garbage = FuzzInput(start, count)
    var other = TapReader()
    if setting & 1 == 0 { _ = try? other.read(TapWriter.preamble) }
    _ = try? other.read(garbage.all())
    return 0
}
