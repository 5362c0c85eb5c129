public import SMTP

/// What the name service says about the client's address.
public struct NameDetector: SessionDetector {
    /// `name`.
    public static var detector: Detector { .name }

    /// Whether the client's whole address stands in its name, as in names that a provider gives to all of its lines.
    private let holdsAddress: Bool

    /// A detector for a session between `peers`. O(length of the client's name).
    public init(peers: SessionPeers) {
        holdsAddress =
            peers.client.map { AddressTrace(of: $0).isWhole(in: Array((peers.clientName ?? "").utf8)) } ?? false
    }

    /// Adds what the client's name says. O(1).
    public func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        switch attempt.resolution {
        case .fail: found.append(.nameMissing)
        case .forged: found.append(.nameForged)
        case .ok, .temporary, .unknown: if holdsAddress { found.append(.nameGeneric) }
        }
    }
}
