public import SMTP

/// A model that one of the servers has taught itself, on its way to the others.
public struct SharedModel: Sendable, Hashable {
    /// What it judges by: `envelopes` or `site-dialects`.
    public var kind: String

    /// When it was put in force.
    public var time: UnixTime

    /// The document; empty where none is to be in force.
    public var bytes: [UInt8]

    /// The most bytes of a document.
    public static let maximumLength = 32 << 20

    /// A model of its parts.
    public init(kind: String, time: UnixTime, bytes: [UInt8]) {
        self.kind = kind
        self.time = time
        self.bytes = bytes
    }
}

/// A model that is in force at this server.
public struct OwnModel: Sendable {
    /// What it judges by.
    public var kind: String

    /// When it was put in force; `nil` where there is none.
    public var time: UnixTime?

    /// Reads it: nothing where it was taken out of force, `nil` where it cannot be read.
    public var read: @Sendable () -> [UInt8]?

    /// A model that is read when it is needed.
    public init(kind: String, time: UnixTime?, read: @escaping @Sendable () -> [UInt8]?) {
        self.kind = kind
        self.time = time
        self.read = read
    }
}
