import Captures
import Conversations
import Packets
import SMTP

/// Frames of any link type, cut off anywhere, through decoder and reassembly.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPackets(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let types = LinkType.allCases
    var decoder = PacketDecoder(linkType: types[Int(input.byte()) % types.count])
    var limits = CaptureLimits()
    limits.connections = 4
    limits.bytes = 20_000
    var table = ConversationTable(source: "fuzz", limits: limits)
    var time: UInt64 = 0
    var frames = 0
    var transcripts = 0
    while !input.isEmpty {
        let length = Int(input.byte())
        let frame = input.bytes(length)
        time += UInt64(length) << 12
        frames += 1
        if let segment = decoder.decode(frame.span, wireLength: frame.count + Int(input.byte()), at: time) {
            transcripts += table.consume(segment, packet: frames).count
        }
    }
    decoder.finish()
    transcripts += table.finish().count
    require(decoder.counts.frames == frames, "a frame was lost")
    require(table.counts.conversations == transcripts, "a conversation was lost")
    return 0
}
