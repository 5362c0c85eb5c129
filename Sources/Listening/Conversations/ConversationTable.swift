public import Packets
public import SMTP

/// TCP segments in, SMTP transcripts out. A value without files: it can be tested and fuzzed alone.
///
/// Connections to the SMTP ports are followed from wherever the capture begins; others from a SYN or a greeting, and
/// only as long as they may be SMTP. Memory is bounded by ``CaptureLimits``.
public struct ConversationTable {
    /// The ports on which SMTP is assumed: 25, submission, and others in common use.
    public static let standardPorts: Set<UInt16> = [25, 465, 587, 2525]

    /// What happened to the connections.
    public struct Counts: Sendable, Hashable {
        /// Transcripts handed over.
        public var conversations = 0
        /// Connections to an SMTP port over which nothing was said.
        public var empty = 0
        /// Connections that were encrypted from the first byte.
        public var encrypted = 0
        /// Connections to other ports that turned out not to be SMTP.
        public var foreign = 0
        /// Connections handed over before their end because a limit was reached.
        public var flushed = 0
        /// Transcripts in which bytes are missing or a limit was reached.
        public var gappy = 0
        /// Segments whose numbers fit no window of their connection.
        public var strays = 0
    }

    private struct Key: Hashable {
        var low: Endpoint
        var high: Endpoint
    }

    /// Connections to other ports are many; only so many are looked at at once.
    private static let mostCandidates = 4_096

    private let source: String
    private let ports: Set<UInt16>
    private let limits: CaptureLimits
    private var listed = RecencyTable<Key, Conversation>()
    private var candidates = RecencyTable<Key, Conversation>()
    private var closing: [(key: Key, packet: Int, until: UInt64)] = []
    private var closingStart = 0
    private var now: UInt64 = 0
    private var held = 0

    /// What happened to the connections so far.
    public private(set) var counts = Counts()

    /// An empty table.
    ///
    /// - Parameters:
    public init(
        source: String, ports: Set<UInt16> = ConversationTable.standardPorts, limits: CaptureLimits = CaptureLimits()
    ) {
        self.source = source
        self.ports = ports
        self.limits = limits
    }

    /// Takes a segment.
    ///
    /// - Parameter packet: its number in the capture, counted from 1; it names the conversation that begins with it.
    /// - Returns: the conversations that ended by it, or by the time that has passed.
    public mutating func consume(_ segment: TCPSegment, packet: Int) -> [SessionTranscript] {
        now = max(now, segment.time)
        var finished: [SessionTranscript] = []
        let isLow =
            (segment.source.port, segment.source.address.bits)
            < (segment.destination.port, segment.destination.address.bits)
        let key =
            isLow
            ? Key(low: segment.source, high: segment.destination)
            : Key(low: segment.destination, high: segment.source)
        let isListed = ports.contains(segment.source.port) || ports.contains(segment.destination.port)
        if isListed {
            follow(segment, key, packet, &finished)
        } else {
            look(at: segment, key, packet, &finished)
        }
        sweep(&finished)
        return finished
    }

    /// Hands over every conversation that is in progress, in the order of their first packets.
    public mutating func finish() -> [SessionTranscript] {
        var rest: [Conversation] = []
        while let (_, conversation) = listed.removeOldest() { rest.append(conversation) }
        while let (_, conversation) = candidates.removeOldest() { rest.append(conversation) }
        closing = []
        closingStart = 0
        held = 0
        rest.sort { $0.packet < $1.packet }
        return rest.compactMap { transcript(of: $0, silent: false) }
    }

    private mutating func follow(
        _ segment: TCPSegment, _ key: Key, _ packet: Int, _ finished: inout [SessionTranscript]
    ) {
        if let slot = listed.slot(of: key), listed[slot].isEnded(by: segment) { end(key, &finished, silent: false) }
        let slot: Int
        if let known = listed.slot(of: key) {
            slot = known
            listed.touch(slot)
        } else {
            // A bare acknowledgement or RST that belongs to nothing begins nothing.
            let begins = !segment.flags.isDisjoint(with: [.syn, .fin]) || !segment.payload.isEmpty
            guard begins, !segment.flags.contains(.rst) else { return }
            if listed.count >= limits.connections, let oldest = listed.oldest { flush(oldest, &finished) }
            slot = listed.insert(begin(segment, packet, isListed: true), for: key)
            held += listed[slot].cost
        }
        let wasClosed = listed[slot].closed != nil
        held -= listed[slot].cost
        listed[slot].consume(segment)
        held += listed[slot].cost
        if !wasClosed, listed[slot].closed != nil {
            closing.append((key, listed[slot].packet, now + limits.afterClose))
        }
    }

    private mutating func look(at segment: TCPSegment, _ key: Key, _ packet: Int, _ finished: inout [SessionTranscript])
    {
        if let slot = candidates.slot(of: key), candidates[slot].isEnded(by: segment) { drop(key, &finished) }
        let slot: Int
        if let known = candidates.slot(of: key) {
            slot = known
            candidates.touch(slot)
        } else {
            guard segment.flags.contains(.syn) || Self.isGreeting(segment.payload) else { return }
            if candidates.count >= Self.mostCandidates, let oldest = candidates.oldest { drop(oldest, &finished) }
            slot = candidates.insert(begin(segment, packet, isListed: false), for: key)
            held += candidates[slot].cost
        }
        held -= candidates[slot].cost
        candidates[slot].consume(segment)
        held += candidates[slot].cost
        if candidates[slot].isForeign {
            counts.foreign += 1
            held -= candidates[slot].cost
            _ = candidates.remove(key)
        } else if let closed = candidates[slot].closed, now - min(now, closed) > limits.afterClose {
            drop(key, &finished)
        }
    }

    private static func isGreeting(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: "220 ".utf8) || bytes.starts(with: "220-".utf8)
    }

    private func begin(_ segment: TCPSegment, _ packet: Int, isListed: Bool) -> Conversation {
        let isFromServer: Bool
        if segment.flags.contains(.syn) {
            isFromServer = segment.flags.contains(.ack)
        } else if isListed {
            let (source, destination) = (ports.contains(segment.source.port), ports.contains(segment.destination.port))
            isFromServer =
                source != destination
                ? source : Self.isGreeting(segment.payload) || segment.source.port < segment.destination.port
        } else {
            isFromServer = true
        }
        return Conversation(
            client: isFromServer ? segment.destination : segment.source,
            server: isFromServer ? segment.source : segment.destination, packet: packet, isListed: isListed,
            beginning: segment.time, limits: limits)
    }

    /// Ends what has been closed or silent for long enough, and what is too much.
    private mutating func sweep(_ finished: inout [SessionTranscript]) {
        while closingStart < closing.count, closing[closingStart].until < now { endClosed(&finished) }
        if closingStart > 1_024, closingStart * 2 > closing.count {
            closing.removeFirst(closingStart)
            closingStart = 0
        }
        while let slot = listed.oldestValue, now - min(now, listed[slot].last) > limits.silence,
            let oldest = listed.oldest
        {
            end(oldest, &finished, silent: true)
        }
        while held > limits.bytes {
            if let oldest = candidates.oldest {
                drop(oldest, &finished)
            } else if closingStart < closing.count {
                endClosed(&finished)
            } else if let oldest = listed.oldest {
                flush(oldest, &finished)
            } else {
                break
            }
        }
    }

    /// Ends the connection that has been closed longest, if it is still there.
    private mutating func endClosed(_ finished: inout [SessionTranscript]) {
        let (key, packet, _) = closing[closingStart]
        closingStart += 1
        if let slot = listed.slot(of: key), listed[slot].packet == packet { end(key, &finished, silent: false) }
    }

    private mutating func flush(_ key: Key, _ finished: inout [SessionTranscript]) {
        if let slot = listed.slot(of: key), listed[slot].closed == nil { counts.flushed += 1 }
        end(key, &finished, silent: false)
    }

    private mutating func end(_ key: Key, _ finished: inout [SessionTranscript], silent: Bool) {
        guard let conversation = listed.remove(key) else { return }
        held -= conversation.cost
        if let transcript = transcript(of: conversation, silent: silent) { finished.append(transcript) }
    }

    private mutating func drop(_ key: Key, _ finished: inout [SessionTranscript]) {
        guard let conversation = candidates.remove(key) else { return }
        held -= conversation.cost
        if let transcript = transcript(of: conversation, silent: false) { finished.append(transcript) }
    }

    private mutating func transcript(of conversation: Conversation, silent: Bool) -> SessionTranscript? {
        var conversation = conversation
        let transcript = conversation.finish(id: "\(source)#\(conversation.packet)", source: source, silent: silent)
        counts.strays += conversation.strays
        guard let transcript else {
            if conversation.isListed { counts.empty += 1 } else { counts.foreign += 1 }
            return nil
        }
        guard !conversation.isOnlyTLS else {
            counts.encrypted += 1
            return nil
        }
        counts.conversations += 1
        if transcript.gaps > 0 { counts.gappy += 1 }
        return transcript
    }
}
