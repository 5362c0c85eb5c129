import Packets
import SMTP

/// One TCP connection of a capture, from its first segment to its transcript.
///
/// What each side sent comes out in the order of its sequence numbers; between the sides a piece comes out after what its
/// sender had acknowledged. So a segment captured late, or sent again, stands where the peer saw it.
struct Conversation {
    /// Which end is meant.
    enum Side: Int, CaseIterable {
        case client, server
        var other: Side { self == .client ? .server : .client }
    }

    private let limits: CaptureLimits
    private var client: StreamReassembler
    private var server: StreamReassembler
    private var scribe: ConversationScribe
    private var closings: [SessionTranscript.Closing] = []
    private var hasReset = false
    private var arrivals: UInt64 = 0
    private var waitingSince: UInt64?
    /// An acknowledgement that the other side's bytes cannot fulfil is not waited for.
    private static let farthestAcknowledgement: Int32 = 1 << 24

    /// The ends. They may be exchanged while nothing has come out.
    private(set) var clientEnd: Endpoint
    private(set) var serverEnd: Endpoint
    /// The number of the first segment's packet in its file.
    let packet: Int
    /// Whether the port says that this is SMTP; if not, the first bytes must.
    let isListed: Bool
    /// When the first segment was captured.
    private(set) var began: UInt64
    /// When the last segment was captured.
    private(set) var last: UInt64
    /// When both sides had closed the connection, or one had broken it off.
    private(set) var closed: UInt64?

    /// Whether the first bytes show that this is not SMTP.
    var isForeign: Bool { !isListed && scribe.dispute == .foreign }

    /// Bytes held, roughly.
    var cost: Int { 512 + client.waitingBytes + server.waitingBytes + scribe.cost }

    /// Segments that no window allows, which were dropped.
    var strays: Int { client.strays + server.strays }

    init(
        client: Endpoint, server: Endpoint, packet: Int, isListed: Bool, beginning time: UInt64, limits: CaptureLimits
    ) {
        clientEnd = client
        serverEnd = server
        self.packet = packet
        self.isListed = isListed
        self.limits = limits
        began = time
        last = time
        self.client = StreamReassembler()
        self.server = StreamReassembler()
        scribe = ConversationScribe(limits: limits)
    }

    /// Whether a segment cannot belong to this connection because it opens another one between the same ends.
    func isEnded(by segment: TCPSegment) -> Bool {
        guard segment.flags.contains(.syn), !segment.flags.contains(.rst) else { return false }
        return segment.source == clientEnd
            ? client.isForeign(syn: segment.sequence) : server.isForeign(syn: segment.sequence)
    }

    /// Takes a segment between the two ends.
    mutating func consume(_ segment: TCPSegment) {
        arrivals += 1
        began = min(began, segment.time)
        last = max(last, segment.time)
        if segment.flags.contains(.syn), scribe.isEmpty {
            // The one who opens is the client, whatever its port.
            let opener = segment.flags.contains(.ack) ? segment.destination : segment.source
            if opener != clientEnd {
                swap(&client, &server)
                swap(&clientEnd, &serverEnd)
            }
        }
        let side: Side = segment.source == clientEnd ? .client : .server
        if side == .client, let opening = segment.opening { scribe.open(syn: opening.description) }
        if segment.flags.contains(.rst) {
            if !hasReset { close(.rst, by: side, at: segment.time) }
            hasReset = true
            closed = closed ?? segment.time
            return
        }
        self[side].insert(segment, arrival: arrivals)
        advance()
        let waits = client.waitingCount + server.waitingCount
        guard waits > 0 else {
            waitingSince = nil
            return
        }
        waitingSince = waitingSince ?? segment.time
        while client.waitingCount + server.waitingCount > 0, isImpatient(at: segment.time) { giveUpOne() }
    }

    /// Hands over what waits, what is missing counted, and makes the transcript.
    ///
    /// - Parameter silent: whether the connection ends because nothing came for long.
    /// - Returns: `nil` if nobody said anything, or nothing that SMTP is.
    mutating func finish(id: String, source: String, silent: Bool) -> SessionTranscript? {
        while client.waitingCount + server.waitingCount > 0 { giveUpOne() }
        client.settle()
        server.settle()
        for side in Side.allCases where self[side].missingBeforeEnd > 0 {
            scribe.gap(self[side].missingBeforeEnd, from: side)
            self[side].skip(self[side].missingBeforeEnd)
        }
        noteEnds()
        scribe.finish()
        guard !scribe.isEmpty, isListed || scribe.dispute == .smtp else { return nil }
        if silent, closings.isEmpty {
            close(.timeout, by: scribe.lastSpeaker.other, at: last)
        }
        let began = began
        closings.sort { ($0.time, $0.isByClient ? 0 : 1) < ($1.time, $1.isByClient ? 0 : 1) }
        return SessionTranscript(
            id: id, source: source, began: Double(began) / 1e6, vantage: .wire,
            peers: SessionPeers(
                client: clientEnd.address, clientPort: clientEnd.port, server: serverEnd.address,
                serverPort: serverEnd.port),
            events: scribe.events(since: began), ending: .unknown,
            closings: closings.map {
                .init(time: $0.time - began, isByClient: $0.isByClient, manner: $0.manner)
            }, gaps: scribe.gaps, origin: "pcap")
    }

    /// What was said, to see whether it was anything but TLS.
    var isOnlyTLS: Bool { scribe.isOnlyTLS }

    private subscript(side: Side) -> StreamReassembler {
        get { side == .client ? client : server }
        _modify {
            if side == .client { yield &client } else { yield &server }
        }
    }

    private mutating func close(_ manner: SessionTranscript.Closing.Manner, by side: Side, at time: UInt64) {
        closings.append(.init(time: time, isByClient: side == .client, manner: manner))
    }

    private func isImpatient(at now: UInt64) -> Bool {
        if client.waitingCount + server.waitingCount > limits.waitingSegments { return true }
        if client.waitingBytes + server.waitingBytes > limits.waitingBytes { return true }
        guard let waitingSince else { return false }
        return now > waitingSince && now - waitingSince > limits.patience
    }

    /// Hands over what can be.
    private mutating func advance() {
        while true {
            let clientReady = client.isReady() && !isBlocked(.client)
            let serverReady = server.isReady() && !isBlocked(.server)
            guard clientReady || serverReady else { break }
            if clientReady, serverReady, let one = client.first, let other = server.first {
                deliver((one.time, one.arrival) <= (other.time, other.arrival) ? .client : .server)
            } else {
                deliver(clientReady ? .client : .server)
            }
        }
        noteEnds()
        if client.waitingCount + server.waitingCount == 0 { waitingSince = nil }
    }

    /// Whether the first piece of a side answers something that has not come out.
    private func isBlocked(_ side: Side) -> Bool { lag(of: side) > 0 }

    /// How many bytes of the other side must come out before the first piece of this side.
    private func lag(of side: Side) -> Int {
        let other = self[side.other]
        guard let acknowledgement = self[side].first?.acknowledgement else { return 0 }
        // Who acknowledges has heard something; a side that was given up for lost is settled without being seen.
        guard other.isSettled else { return 1 }
        guard let next = other.next else { return 0 }
        let lag = Int32(bitPattern: acknowledgement &- next)
        return lag > 0 && lag <= Self.farthestAcknowledgement ? Int(lag) : 0
    }

    private mutating func deliver(_ side: Side) {
        let (piece, missing) = self[side].take()
        scribe.begin(midway: client.initial == nil)
        if !piece.bytes.isEmpty { scribe.say(piece.bytes, from: side, at: piece.time) }
        if missing > 0 { scribe.gap(missing, from: side) }
        waitingSince = nil
    }

    /// Counts as missing what the rest waits for, or lets a piece pass that waits for nothing that will come.
    private mutating func giveUpOne() {
        let isClientReady = client.isReady()
        let isServerReady = server.isReady()
        switch (isClientReady, isServerReady) {
        case (true, true):
            // Each waits for the other: numbers that cannot be. The earlier one goes.
            let isClientFirst =
                client.first.map { one in server.first.map { one.arrival <= $0.arrival } ?? true } ?? false
            deliver(isClientFirst ? .client : .server)
        case (true, false), (false, true):
            let ready: Side = isClientReady ? .client : .server
            let other = ready.other
            if !self[other].isSettled {
                self[other].settle()
            } else {
                let hole = self[other].waitingCount > 0 ? min(self[other].hole, lag(of: ready)) : lag(of: ready)
                if hole > 0 { miss(hole, from: other) } else { deliver(ready) }
            }
        case (false, false):
            if !client.isSettled || !server.isSettled {
                client.settle()
                server.settle()
            } else {
                let sides = Side.allCases.filter { self[$0].first != nil }
                if let side = sides.min(by: { self[$0].first?.time ?? 0 < self[$1].first?.time ?? 0 }) {
                    miss(self[side].hole, from: side)
                }
            }
        }
        advance()
    }

    private mutating func miss(_ count: Int, from side: Side) {
        scribe.begin(midway: client.initial == nil)
        scribe.gap(count, from: side)
        self[side].skip(count)
    }

    private mutating func noteEnds() {
        for side in Side.allCases {
            if let time = self[side].takeEnd() { close(.fin, by: side, at: time) }
        }
        if client.hasEnded, server.hasEnded { closed = closed ?? last }
    }
}
