import Captures
import Conversations
import Packets
import SMTP
import Seeded

/// A TCP connection that is written down turn by turn: segments as a capture would show them.
struct Script {
    static let clientAddress = ClientAddress(ipv4: 0xc000_0205)
    static let serverAddress = ClientAddress(ipv4: 0xc633_6419)

    var client = Endpoint(address: Script.clientAddress, port: 40_000)
    var server = Endpoint(address: Script.serverAddress, port: 25)
    var clientNext: UInt32
    var serverNext: UInt32
    var time: UInt64
    var segments: [TCPSegment] = []

    init(port: UInt16 = 25, client: UInt32 = 1_000, server: UInt32 = 5_000, from time: UInt64 = 1_700_000_000_000_000) {
        self.server.port = port
        clientNext = client
        serverNext = server
        self.time = time
    }

    mutating func open() {
        add(.client, flags: .syn, acknowledges: false)
        clientNext &+= 1
        add(.server, flags: [.syn, .ack])
        serverNext &+= 1
        add(.client)
    }

    enum Side { case client, server }

    @discardableResult
    mutating func add(
        _ side: Side, _ text: String = "", flags: TCPSegment.Flags = .ack, acknowledges: Bool = true, missing: Int = 0
    ) -> TCPSegment {
        time += 1_000
        let bytes = Array(text.utf8)
        let isClient = side == .client
        let segment = TCPSegment(
            time: time, source: isClient ? client : server, destination: isClient ? server : client,
            sequence: isClient ? clientNext : serverNext,
            acknowledgement: acknowledges ? (isClient ? serverNext : clientNext) : 0,
            flags: acknowledges ? flags.union(.ack) : flags, payload: bytes, missing: missing)
        segments.append(segment)
        if isClient {
            clientNext &+= UInt32(bytes.count + missing)
        } else {
            serverNext &+= UInt32(bytes.count + missing)
        }
        return segment
    }

    mutating func c(_ text: String) { add(.client, text) }
    mutating func s(_ text: String) { add(.server, text) }

    mutating func close() {
        add(.client, flags: .fin)
        clientNext &+= 1
        add(.server, flags: .fin)
        serverNext &+= 1
        add(.client)
    }

    /// A whole conversation with a message.
    static func whole(
        port: UInt16 = 25, client: UInt32 = 1_000, server: UInt32 = 5_000, from time: UInt64 = 1_700_000_000_000_000
    ) -> Script {
        var script = Script(port: port, client: client, server: server, from: time)
        script.open()
        script.s("220 mx.example ESMTP\r\n")
        script.c("EHLO client.example\r\n")
        script.s("250-mx.example\r\n250 PIPELINING\r\n")
        script.c("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\n")
        script.s("250 ok\r\n250 ok\r\n")
        script.s("354 go on\r\n")
        script.c("Subject: hello\r\n\r\n")
        script.c("body\r\n.\r\n")
        script.s("250 queued\r\n")
        script.c("QUIT\r\n")
        script.s("221 bye\r\n")
        script.close()
        return script
    }

    /// What ``whole()`` says.
    static let wholeText = [
        "S 220 mx.example ESMTP\r\n", "C EHLO client.example\r\n", "S 250-mx.example\r\n250 PIPELINING\r\n",
        "C MAIL FROM:<a@client.example>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\n", "S 250 ok\r\n250 ok\r\n",
        "S 354 go on\r\n", "C Subject: hello\r\n\r\n", "C body\r\n.\r\n", "S 250 queued\r\n", "C QUIT\r\n",
        "S 221 bye\r\n",
    ]
}

/// The conversations of segments, and what became of them.
func transcripts(
    of segments: [TCPSegment], limits: CaptureLimits = CaptureLimits(),
    ports: Set<UInt16> = ConversationTable.standardPorts
) -> (transcripts: [SessionTranscript], counts: ConversationTable.Counts) {
    var table = ConversationTable(source: "test", ports: ports, limits: limits)
    var result: [SessionTranscript] = []
    for (index, segment) in segments.enumerated() { result += table.consume(segment, packet: index + 1) }
    result += table.finish()
    return (result, table.counts)
}

/// A transcript's events as `C …` and `S …`; marks in brackets.
func text(of transcript: SessionTranscript) -> [String] {
    transcript.events.map {
        let said = String($0.bytes.map { Character(Unicode.Scalar($0)) })
        switch $0.kind {
        case .client: return "C " + said
        case .server: return "S " + said
        case .clientGap: return "C [GAP \(said)]"
        case .serverGap: return "S [GAP \(said)]"
        default: return "[\($0.kind.rawValue)]"
        }
    }
}

/// What one side says in all, whatever the pieces.
func stream(_ kind: SessionEvent.Kind, of transcript: SessionTranscript) -> [UInt8] {
    transcript.events.filter { $0.kind == kind }.flatMap { Array($0.bytes) }
}
