import Policy

/// What each of several servers has counted, by server: only it changes its own part, so counts add up without counting
/// anything twice.
public struct PerServer<Part: Mergeable>: Mergeable {
    /// The parts, by server.
    public private(set) var parts: [ServerID: Part]

    /// The part of one server.
    public init(_ part: Part, of server: ServerID) {
        parts = [server: part]
    }

    /// The parts of one server are merged with one another. O(servers).
    public mutating func merge(_ other: Self) {
        parts.merge(other.parts) { $0.merged($1) }
    }
}
