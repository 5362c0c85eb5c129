/// The bounds of the sink, all in one place.
public struct SinkLimits: Sendable, Hashable {
    /// Connections at a time. More are answered 421 and closed.
    public var connections = 200

    /// Connections at a time from one address.
    public var connectionsPerAddress = 20

    /// Bytes of a command line that are looked at; the rest of the line is skipped and the line refused.
    public var lineBytes = 4_096

    /// Bytes of one message; also what SIZE announces.
    public var messageBytes = 10_485_760

    /// Bytes that a client may send in a session. With more it is closed.
    public var sessionBytes = 33_554_432

    /// Commands of a session.
    public var commands = 1_000

    /// Recipients of a message.
    public var recipients = 100

    /// Commands that earn an error by the client's own fault.
    public var errors = 20

    /// Seconds that the client may take for a whole command, or between two reads of a message.
    public var stageSeconds = 300

    /// Seconds that a session may last.
    public var sessionSeconds = 1_800

    /// Bytes that wait to be looked at before the sink stops reading.
    public var waitingBytes = 65_536

    /// Events of a session that are recorded.
    public var recordedEvents = 1_024

    /// Bytes of a session that are recorded, both directions together.
    public var recordedBytes = 131_072

    /// Bytes of a message that are recorded; of what lies beyond, only the end.
    public var recordedMessageBytes = 16_384

    /// The bounds for a mode: in the laboratory nobody waits for minutes, on an MX no more of a message is kept than its
    /// headers usually are.
    public init(mode: SinkMode = .learn) {
        switch mode {
        case .learn:
            stageSeconds = 60
            sessionSeconds = 300
        case .safe:
            recordedMessageBytes = 4_096
            recordedBytes = 49_152
        }
    }
}
