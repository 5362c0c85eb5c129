public import Dialects

/// What was asked of a client in its sessions so far.
public struct ProbeRecord: Sendable, Hashable {
    /// How often each variation was played.
    public private(set) var plays: [ReplyVariation: Int] = [:]

    /// In how many sessions each stage came up.
    public private(set) var reached: [ProbeStage: Int] = [:]

    /// How many sessions there were.
    public private(set) var sessions = 0

    /// Nothing yet.
    public init() {}

    /// Adds a session.
    public mutating func add(played: [ReplyVariation], reached stages: Set<ProbeStage>) {
        sessions += 1
        for variation in played { plays[variation, default: 0] += 1 }
        for stage in stages { reached[stage, default: 0] += 1 }
    }
}
