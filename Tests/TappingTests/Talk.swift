import PacketLab
import Packets
import SMTP
import Tap

@testable import Tapping

/// A TCP connection acted out in segments, as a tap captures them.
struct Talk {
    enum Side { case client, server }

    var client = Endpoint(address: Frames.client, port: 40_000)
    var server = Endpoint(address: Frames.server, port: 25)
    var clientNext: UInt32 = 1_000
    var serverNext: UInt32 = 5_000
    var time: UInt64 = 1_700_000_000_000_000
    private(set) var segments: [TCPSegment] = []

    static let shape = SYNShape(
        window: 64_240, hopLimit: 57, options: [2, 4, 8, 1, 3], maximumSegment: 1_460, windowScale: 7)

    /// A connection that has just been opened.
    init(port: UInt16 = 40_000, from sequence: UInt32 = 1_000) {
        client.port = port
        clientNext = sequence
        add(.client, flags: .syn, acknowledges: false, opening: Self.shape)
        clientNext &+= 1
        add(.server, flags: [.syn, .ack])
        serverNext &+= 1
        add(.client)
    }

    mutating func add(
        _ side: Side, _ payload: [UInt8] = [], flags: TCPSegment.Flags = .ack, acknowledges: Bool = true,
        missing: Int = 0, opening: SYNShape? = nil
    ) {
        time += 1_000
        let isClient = side == .client
        segments.append(
            TCPSegment(
                time: time, source: isClient ? client : server, destination: isClient ? server : client,
                sequence: isClient ? clientNext : serverNext,
                acknowledgement: acknowledges ? (isClient ? serverNext : clientNext) : 0,
                flags: acknowledges ? flags.union(.ack) : flags, payload: payload, missing: missing, opening: opening))
        let count = UInt32(payload.count + missing) + (flags.contains(.fin) ? 1 : 0)
        if isClient { clientNext &+= count } else { serverNext &+= count }
    }

    mutating func c(_ text: String) { add(.client, Array(text.utf8)) }
    mutating func s(_ text: String) { add(.server, Array(text.utf8)) }

    /// Content that fills a packet, as the filter does not let through.
    mutating func lost(_ count: Int) { clientNext &+= UInt32(count) }

    mutating func close(by side: Side = .client) {
        add(side, flags: .fin)
        add(side == .client ? .server : .client, flags: .fin)
    }

    /// A conversation with a message of `size` bytes of content, of which nothing is captured but its ends.
    static func whole(port: UInt16 = 40_000, size: Int = 0) -> Talk {
        var talk = Talk(port: port)
        talk.s("220 mx.example ESMTP\r\n")
        talk.c("ehlo Client.example\r\n")
        talk.s("250-mx.example\r\n250-PIPELINING\r\n250 CHUNKING\r\n")
        talk.c("MAIL From: <a@client.example> SIZE=10\r\n")
        talk.s("250 ok\r\n")
        talk.c("RCPT TO:<b@mx.example>\r\nDATA\r\n")
        talk.s("250 ok\r\n")
        talk.s("354 go on\r\n")
        if size == 0 { talk.c("Subject: hello\r\n\r\nbody\r\n.\r\n") } else { talk.lost(size) }
        talk.s("250 queued\r\n")
        talk.c("QUIT\n")
        talk.s("221 bye\r\n")
        talk.close()
        return talk
    }

    /// What ``whole()`` shows.
    static let wholeText = [
        "opened 64240/57/mss1460,sok,ts,nop,ws7", "reply 220", "line \"ehlo Client.example\" crlf", "reply 250",
        "line \"MAIL From: \" crlf", "reply 250", "line \"RCPT TO:\" crlf", "line \"DATA\" crlf joined early-offered",
        "reply 250",
        "reply 354", "reply 250", "line \"QUIT\" lf", "reply 221", "ended by-client fin quit",
    ]
}

extension LiveTable {
    /// The findings of segments in words.
    mutating func words(of segments: [TCPSegment]) -> [String] {
        segments.flatMap { consume($0) }.map { "\($0.finding)" }
    }
}
