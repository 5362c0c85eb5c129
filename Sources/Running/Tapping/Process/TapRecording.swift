private import CPcap
import Conversations
import Glibc
import Packets
import SMTP

/// argot-tap as a recorder: packets in, transcripts to a file. Packets come in blocks, which is cheaper, and late.
struct TapRecording: ~Copyable {
    /// How long to wait for packets, in milliseconds.
    private static let wait: Int32 = 250

    /// Packets between two looks at everything else.
    private static let batch = 4_096

    private let options: TapOptions
    private var capture: LiveCapture
    private var decoder: PacketDecoder
    private var table: ConversationTable
    private let file: TranscriptFile
    private var packets = 0
    private var isAtEnd = false

    /// Opens what is to be captured and the file, and gives up the privileges that it took.
    init(_ options: TapOptions, to path: String) throws(TapFault) {
        let file = try TranscriptFile(path: path, limit: options.recordLimit)
        let capture = try Self.capture(options)
        self.options = options
        self.file = file
        decoder = PacketDecoder(linkType: capture.linkType)
        table = ConversationTable(source: "argot-tap", ports: options.ports, limits: CaptureLimits())
        self.capture = capture
    }

    private static func capture(_ options: TapOptions) throws(TapFault) -> LiveCapture {
        let filter = options.filter ?? CaptureFilter.all(ports: options.ports)
        let capture =
            if let file = options.file {
                try LiveCapture(file: file, filter: filter)
            } else {
                try LiveCapture(
                    interface: options.interface, filter: filter, delivery: .batched, wholePackets: true)
            }
        try Privileges.giveUp(packets: capture.descriptor)
        return capture
    }

    /// Records until the end: that of the file, of the time, or a signal.
    mutating func run(isStopped: () -> Bool) throws(TapFault) {
        let began = ContinuousClock.now
        while !isAtEnd {
            if let seconds = options.seconds, ContinuousClock.now - began >= .seconds(seconds) { break }
            if isStopped() { break }
            if let descriptor = capture.descriptor {
                var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                // unsafe: poll fills in the one structure.
                _ = unsafe poll(&polled, 1, Self.wait)
            }
            try read()
            try file.flush()
        }
        decoder.finish()
        for transcript in table.finish() { try file.append(transcript) }
        try file.flush()
    }

    /// What was counted, for people.
    var summary: String {
        let counts = table.counts
        return "packets=\(packets) dropped=\(options.file == nil ? capture.dropped : 0) "
            + "conversations=\(counts.conversations) gappy=\(counts.gappy) encrypted=\(counts.encrypted) "
            + "flushed=\(counts.flushed) omitted=\(file.omitted)"
    }

    private mutating func read() throws(TapFault) {
        for _ in 0..<Self.batch {
            switch try capture.next(through: &decoder) {
            case .nothing: return
            case .end:
                isAtEnd = true
                return
            case .packet(let segment):
                packets += 1
                guard let segment else { continue }
                for transcript in table.consume(segment, packet: packets) { try file.append(transcript) }
            }
        }
    }
}
