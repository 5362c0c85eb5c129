import Policy

/// One of several servers that share what they remember: a number that it draws once and keeps.
public struct ServerID: Hashable, Sendable, Comparable {
    /// The number.
    public var number: UInt64

    /// The server of a number.
    public init(_ number: UInt64) {
        self.number = number
    }

    /// By number.
    public static func < (left: ServerID, right: ServerID) -> Bool { left.number < right.number }
}
