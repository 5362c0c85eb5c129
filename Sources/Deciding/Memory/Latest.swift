import Policy
public import SMTP

/// A value that is replaced as a whole: the latest word holds, of two at one moment that of the server with the larger
/// number.
///
/// Two words of one server have different times: a server that speaks twice within a second dates the second one later.
public struct Latest<Value: Hashable & Sendable & RawRepresentable>: Mergeable where Value.RawValue: Comparable {
    /// The value.
    public let value: Value

    /// When it was said.
    public let time: UnixTime

    /// Who said it.
    public let server: ServerID

    /// A word of its parts.
    public init(_ value: Value, at time: UnixTime, by server: ServerID) {
        self.value = value
        self.time = time
        self.server = server
    }

    /// Takes the later word. The value decides last, so that even a server that breaks the rule leads to agreement.
    public mutating func merge(_ other: Self) {
        if (other.time, other.server, other.value.rawValue) > (time, server, value.rawValue) { self = other }
    }
}
