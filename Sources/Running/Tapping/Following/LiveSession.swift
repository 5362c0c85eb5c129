import Packets
import SMTP
import Tap

/// One connection that is followed while it lasts: segments as captured in, findings out.
///
/// What each side sent is read in the order of its sequence numbers; a piece waits for what its sender had received when it
/// sent it, so that a segment captured late makes nothing early. What does not come within ``patience`` is lost, and the
/// connection with it, unless it was content.
struct LiveSession {
    /// How long a segment waits for an earlier one, in microseconds.
    static let patience: UInt64 = 200_000

    /// Segments of one connection that wait for an earlier one.
    static let maximumWaiting = 64

    /// Bytes of one connection that wait for an earlier segment.
    static let maximumWaitingBytes = 256 * 1_024

    private var client = StreamReassembler()
    private var server = StreamReassembler()
    private var dialogue = LiveDialogue()
    private var arrivals: UInt64 = 0
    private var waitingSince: UInt64?
    private var hasEnded = false
    private var serial: UInt32 = 0

    /// When the last segment was captured.
    private(set) var last: UInt64

    /// Whether both sides have closed the connection, or one has broken it off.
    private(set) var isOver = false

    /// Whether it was given up.
    var isLost: Bool { dialogue.state == .lost }

    /// Whether segments wait for an earlier one.
    var isWaiting: Bool { waitingSince != nil }

    /// Bytes held, roughly.
    var cost: Int { 768 + client.waitingBytes + server.waitingBytes + dialogue.cost }

    /// A connection that is asked for at `time`.
    init(at time: UInt64) { last = time }

    /// The number of the next finding.
    mutating func nextSerial() -> UInt32 {
        defer { serial &+= 1 }
        return serial
    }

    /// Whether a SYN opens another connection between the same ends.
    func isEnded(bySYN sequence: UInt32) -> Bool { client.isForeign(syn: sequence) }

    /// Takes a segment.
    mutating func consume(_ segment: TCPSegment, isFromClient: Bool) -> [TapFinding] {
        last = max(last, segment.time)
        arrivals += 1
        if segment.flags.contains(.rst) {
            isOver = true
            return end(isByClient: isFromClient, isReset: true)
        }
        var findings: [TapFinding] = []
        if let opening = segment.opening, arrivals == 1 { findings.append(.opened(syn: opening.description)) }
        if isFollowed {
            if isFromClient {
                client.insert(segment, arrival: arrivals)
            } else {
                server.insert(segment, arrival: arrivals)
            }
            findings += advance(at: segment.time)
            if client.waitingCount + server.waitingCount > Self.maximumWaiting
                || client.waitingBytes + server.waitingBytes > Self.maximumWaitingBytes
            {
                findings += giveUp(.bounds)
            }
        }
        if !isFollowed, segment.flags.contains(.fin) { findings += finish(isByClient: isFromClient) }
        return findings
    }

    /// Time has passed: what has waited for too long is lost.
    mutating func tick(at now: UInt64) -> [TapFinding] {
        guard let waitingSince, now > waitingSince, now - waitingSince > Self.patience else { return [] }
        return giveUp(client.waitingCount > 0 && client.hole > 0 ? .clientGap : .serverGap)
    }

    /// Nothing more can be told of the connection; of TLS, nothing of how it begins.
    mutating func giveUp(_ loss: TapLoss) -> [TapFinding] {
        let findings = dialogue.state == .hello && loss != .bounds ? dialogue.clientGap(1) : dialogue.lose(loss)
        forget()
        return findings
    }

    /// Whether what is said is read.
    private var isFollowed: Bool { dialogue.state == .followed || dialogue.state == .hello }

    private mutating func forget() {
        client = StreamReassembler()
        server = StreamReassembler()
        waitingSince = nil
    }

    // MARK: Order

    private mutating func advance(at now: UInt64) -> [TapFinding] {
        var findings: [TapFinding] = []
        while true {
            let (isClientReady, isServerReady) = (client.isReady(), server.isReady())
            let clientLag = isClientReady ? Self.lag(of: client, behind: server) : 0
            var serverLag = isServerReady ? Self.lag(of: server, behind: client) : 0
            if serverLag > 0, dialogue.isInContent, !isClientReady {
                // The server has got content that was not captured.
                findings += miss(serverLag)
                serverLag = 0
            }
            let canClient = isClientReady && clientLag == 0
            let canServer = isServerReady && serverLag == 0
            if canClient, !canServer || (client.first?.arrival ?? 0) <= (server.first?.arrival ?? 0) {
                findings += deliverClient()
            } else if canServer {
                let (piece, missing) = server.take()
                findings += dialogue.server(piece.bytes)
                if missing > 0 { findings += dialogue.serverGap() }
            } else if !isClientReady, client.isSettled, client.hole > 0, dialogue.isInContent {
                findings += miss(client.hole)
            } else {
                break
            }
            guard isFollowed else {
                forget()
                return findings
            }
        }
        if client.missingBeforeEnd > 0, dialogue.isInContent { findings += miss(client.missingBeforeEnd) }
        if client.takeEnd() != nil { findings += finish(isByClient: true) }
        if server.takeEnd() != nil { findings += finish(isByClient: false) }
        let isHeld = client.waitingCount + server.waitingCount > 0 || client.missingBeforeEnd > 0
        waitingSince = isHeld ? waitingSince ?? now : nil
        return findings
    }

    private mutating func deliverClient() -> [TapFinding] {
        let (piece, missing) = client.take()
        let findings = dialogue.client(piece.bytes, at: piece.time)
        return missing > 0 ? findings + dialogue.clientGap(missing) : findings
    }

    private mutating func miss(_ count: Int) -> [TapFinding] {
        client.skip(count)
        return dialogue.clientGap(count)
    }

    /// How many bytes of `other` a side had received before it sent its first piece, of which nothing has come out.
    private static func lag(of side: StreamReassembler, behind other: StreamReassembler) -> Int {
        guard let acknowledgement = side.first?.acknowledgement, let next = other.next else { return 0 }
        return max(0, Int(Int32(bitPattern: acknowledgement &- next)))
    }

    // MARK: The end

    /// A side has no more to say.
    private mutating func finish(isByClient: Bool) -> [TapFinding] {
        if hasEnded { isOver = true }
        return end(isByClient: isByClient, isReset: false)
    }

    private mutating func end(isByClient: Bool, isReset: Bool) -> [TapFinding] {
        guard !hasEnded else { return [] }
        hasEnded = true
        return [.ended(TapEnding(isByClient: isByClient, isReset: isReset, hasQuit: dialogue.hasQuit))]
    }
}
