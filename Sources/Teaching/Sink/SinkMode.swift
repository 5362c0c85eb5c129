/// What the sink is for.
public enum SinkMode: String, Sendable, Hashable, CaseIterable {
    /// In a laboratory, on loopback only: every variation may be played, and a message is answered 250 so that the whole
    /// dialect shows. Nothing is delivered.
    case learn

    /// On a last-priority MX, where real mail may come: only variations that are harmless to honest software, and every
    /// message is answered 4xx, so that its sender tries the real MX again.
    case safe
}
