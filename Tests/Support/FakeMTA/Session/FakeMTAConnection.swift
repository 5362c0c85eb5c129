/// A connection to a filter, one packet at a time.
///
/// The low level: it sends anything in any order, and knows the protocol only as far as to take packets apart.
/// ``FakeMTASession`` is the level at which an MTA behaves.
public final class FakeMTAConnection {
    /// How what is sent is cut into writes.
    public var fragmentation: Fragmentation
    /// What was agreed on, once ``negotiate(_:)`` has returned.
    public private(set) var negotiated: NegotiationAnswer?

    private let stream: ByteStream
    private var decoder = MilterPacketDecoder()

    /// Connects to a filter.
    ///
    /// - Parameters:
    ///   - socket: where the filter listens, in libmilter's spelling.
    ///   - timeout: the bound on each wait.
    public init(
        to socket: String, fragmentation: Fragmentation = .whole, timeout: Duration = .seconds(10)
    ) throws(FakeMTAError) {
        stream = try ByteStream(connectingTo: try SocketAddress(socket), timeout: timeout)
        self.fragmentation = fragmentation
    }

    /// The bound on each wait.
    public var timeout: Duration {
        get { stream.timeout }
        set { stream.timeout = newValue }
    }

    /// Whether this side has not closed.
    public var isOpen: Bool { stream.isOpen }

    /// Sends bytes that need not make a packet.
    public func send(bytes: [UInt8], for purpose: String = "bytes") throws(FakeMTAError) {
        for piece in fragmentation.pieces(of: bytes) { try stream.write(piece, for: purpose) }
    }

    /// Sends packets in one go.
    public func send(_ packets: MilterPacket...) throws(FakeMTAError) {
        try send(packets)
    }

    /// Sends packets in one go.
    public func send(_ packets: [MilterPacket]) throws(FakeMTAError) {
        let names = packets.map { MilterCommand(rawValue: $0.letter)?.name ?? $0.letterDescription }
        try send(bytes: packets.flatMap { $0.encoded() }, for: names.joined(separator: ", "))
    }

    /// Waits for the next packet from the filter.
    public func receive(awaiting purpose: String) throws(FakeMTAError) -> MilterPacket {
        let deadline = Deadline.after(stream.timeout)
        while true {
            do throws(MilterPacketDecoder.Failure) {
                if let packet = try decoder.next() { return packet }
            } catch {
                throw .framing(error)
            }
            let bytes = try stream.read(awaiting: purpose, until: deadline)
            guard !bytes.isEmpty else { throw .closed(awaiting: purpose) }
            decoder.append(bytes)
        }
    }

    /// Waits for the filter to close. Data that come first are an error.
    public func awaitClose() throws(FakeMTAError) {
        let purpose = "the filter to close"
        let packet: MilterPacket
        do throws(FakeMTAError) {
            packet = try receive(awaiting: purpose)
        } catch {
            guard case .closed = error else { throw error }
            return close()
        }
        throw .unexpected(letter: packet.letterDescription, awaiting: purpose)
    }

    /// Negotiates.
    public func negotiate(_ offer: NegotiationOffer = .postfix) throws(FakeMTAError) -> NegotiationAnswer {
        try send(MilterPacket(.negotiate, payload: offer.payload))
        let packet = try receive(awaiting: "the answer to the negotiation")
        guard packet.replyCode == .negotiate else {
            throw .unexpected(letter: packet.letterDescription, awaiting: "the answer to the negotiation")
        }
        let answer = try NegotiationAnswer(payload: packet.payload, to: offer)
        negotiated = answer
        return answer
    }

    /// Waits for the answer to a command that has been sent: any progress, modifications, the verdict.
    public func receiveAnswer(to command: MilterCommand) throws(FakeMTAError) -> MilterAnswer {
        let purpose = "the answer to \(command.name)"
        var answer = MilterAnswer(.continue)
        while true {
            let packet = try receive(awaiting: purpose)
            if packet.replyCode == .progress && packet.payload.isEmpty {
                answer.progressCount += 1
            } else if let verdict = try MilterAnswer.verdict(of: packet) {
                answer.verdict = verdict
                return answer
            } else if command == .endOfMessage, let modification = try MilterModification(packet) {
                guard negotiated.map({ $0.actions.contains(modification.neededAction) }) ?? true else {
                    throw .unexpected(letter: packet.letterDescription, awaiting: purpose)
                }
                answer.modifications.append(modification)
            } else {
                throw .unexpected(letter: packet.letterDescription, awaiting: purpose)
            }
        }
    }

    /// Sends no more, but still reads.
    public func finishWriting() {
        stream.finishWriting()
    }

    /// Closes at once, without QUIT.
    public func close() {
        stream.close()
    }
}
