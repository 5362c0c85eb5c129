private import CPcap
import Glibc
import Packets
import SMTP
import Tap

/// argot-tap: packets in, findings to argotd.
struct TapProgram: ~Copyable {
    /// How long to wait for packets while segments wait for others, and else, in milliseconds.
    private static let shortWait: Int32 = 20
    private static let longWait: Int32 = 250

    /// Packets between two looks at everything else.
    private static let batch = 256

    private let options: TapOptions
    private var capture: LiveCapture
    private var decoder: PacketDecoder
    private var table: LiveTable
    private var outlet: TapOutlet
    private var packets: UInt64 = 0
    /// When connecting, counting and looking for what has waited was done last, in milliseconds.
    private var connected: Int64 = 0
    private var counted: Int64 = 0
    private var isAtEnd = false

    /// Opens what is to be captured, and gives up the privileges that it took.
    init(_ options: TapOptions) throws(TapFault) {
        self.options = options
        capture = try Self.capture(options)
        decoder = PacketDecoder(linkType: capture.linkType)
        table = LiveTable(ports: options.ports)
        outlet = TapOutlet(path: options.socket)
    }

    private static func capture(_ options: TapOptions) throws(TapFault) -> LiveCapture {
        let filter = options.filter ?? CaptureFilter.text(ports: options.ports)
        let capture =
            if let file = options.file {
                try LiveCapture(file: file, filter: filter)
            } else {
                try LiveCapture(interface: options.interface, filter: filter, delivery: .immediate)
            }
        try Privileges.giveUp(packets: capture.descriptor)
        return capture
    }

    /// Captures until the end: that of the file, of the time, or a signal.
    ///
    /// - Parameters:
    ///   - isStopped: asked now and then whether to end.
    ///   - print: where findings go that are to be printed.
    mutating func run(isStopped: () -> Bool, print: (String) -> Void) throws(TapFault) {
        let began = Self.milliseconds
        if options.file != nil, !options.prints { _ = outlet.connect() }
        while !isAtEnd {
            let now = Self.milliseconds
            if let seconds = options.seconds, now - began >= Int64(seconds) * 1_000 { break }
            if isStopped() { break }
            attend(at: now)
            wait()
            try read(print: print)
            hand(over: table.tick(at: Self.wallMicroseconds(file: options.file != nil)), print: print)
            outlet.flush()
        }
        outlet.offer(.counts(counts))
        // What was read of a file waits for nobody, and is to be handed over whole.
        for _ in 0..<100 where outlet.wantsRoom && outlet.descriptor != nil {
            wait()
            outlet.flush()
        }
    }

    /// What was counted so far.
    var counts: TapCounts {
        var counts = TapCounts()
        counts.packets = packets
        counts.dropped = options.file == nil ? capture.dropped : 0
        counts.connections = table.connections
        counts.lost = table.lost
        counts.unsent = outlet.unsent
        return counts
    }

    private mutating func read(print: (String) -> Void) throws(TapFault) {
        for _ in 0..<Self.batch {
            switch try capture.next(through: &decoder) {
            case .nothing: return
            case .end:
                isAtEnd = true
                return
            case .packet(let segment):
                packets += 1
                if let segment { hand(over: table.consume(segment), print: print) }
            }
        }
    }

    private mutating func hand(over records: [TapRecord], print: (String) -> Void) {
        for record in records {
            if options.prints { print("\(record)") } else { outlet.offer(.record(record)) }
        }
    }

    /// Connects, and tells the counts, now and then.
    private mutating func attend(at now: Int64) {
        guard !options.prints else { return }
        if now - connected >= 1_000 || connected == 0 {
            connected = now
            outlet.check()
            let wasThere = outlet.descriptor != nil
            if outlet.connect(), !wasThere { counted = 0 }
        }
        if now - counted >= 5_000 || counted == 0 {
            counted = now
            outlet.offer(.counts(counts))
        }
    }

    /// Waits for packets, or for room in the socket.
    private func wait() {
        var polled: [pollfd] = []
        if let packets = capture.descriptor { polled.append(pollfd(fd: packets, events: Int16(POLLIN), revents: 0)) }
        if let socket = outlet.descriptor, outlet.wantsRoom {
            polled.append(pollfd(fd: socket, events: Int16(POLLOUT), revents: 0))
        }
        // A file is always ready.
        guard capture.descriptor != nil || !polled.isEmpty else { return }
        // unsafe: poll writes into the array it is given.
        _ = unsafe poll(&polled, nfds_t(polled.count), table.hasWaiting ? Self.shortWait : Self.longWait)
    }

    private static var milliseconds: Int64 {
        var time = timespec()
        // unsafe: clock_gettime fills the variable.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// The time of captured packets; of a file's, none that means anything.
    private static func wallMicroseconds(file: Bool) -> UInt64 {
        guard !file else { return 0 }
        var time = timespec()
        // unsafe: clock_gettime fills the variable.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(0, time.tv_sec)) * 1_000_000 + UInt64(max(0, time.tv_nsec)) / 1_000
    }
}
