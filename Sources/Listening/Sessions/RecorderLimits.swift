import SMTP

/// The bounds of a session's record, all in one place. What lies beyond them is counted as a gap, not kept.
public struct RecorderLimits: Sendable, Hashable {
    /// Events of a session.
    public var events = 512

    /// Bytes of a session's events together.
    public var bytes = 49_152

    /// Bytes of one command's arguments.
    public var argumentBytes = EventReader.longestArgument

    /// Headers of one message.
    public var headers = 128

    /// Bytes of a header's name.
    public var headerNameBytes = 80

    /// Bytes of a header's value, for the few headers whose values are kept.
    public var headerValueBytes = 256

    /// Bytes of the body that its shape is taken from.
    public var bodySampleBytes = 256

    /// Letters of a body's shape.
    public var bodyShapeLetters = 48

    /// The bounds that argotd works with.
    public init() {}
}
