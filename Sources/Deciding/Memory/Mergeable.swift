import Policy

/// A value that several servers change, each for itself, and that all of them come to agree on.
///
/// Changes reach others late, twice, or in another order than they were made in. So for all `a`, `b`, `c` of one subject
/// (the same key):
/// - commutative: `a.merged(b) == b.merged(a)`
/// - associative: `a.merged(b).merged(c) == a.merged(b.merged(c))`
/// - idempotent: `a.merged(a) == a`
///
/// A merge reads no clock: what has grown too old goes before or afterwards, by itself, at every server alike.
public protocol Mergeable: Hashable, Sendable {
    /// Takes in what another server knows.
    mutating func merge(_ other: Self)
}

extension Mergeable {
    /// This together with what another server knows.
    public func merged(_ other: Self) -> Self {
        var merged = self
        merged.merge(other)
        return merged
    }
}
