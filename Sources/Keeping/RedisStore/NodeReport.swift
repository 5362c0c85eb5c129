/// How one of the servers is, as it tells the others every few seconds.
public struct NodeReport: Sendable, Hashable, Codable {
    /// What people call it.
    public var name = ""
    /// The release that it runs.
    public var version = ""
    /// Which run of it this is: drawn at its start.
    public var run = ""
    /// When it has told this, in seconds since 1970 by the Redis's clock.
    public var told_at: Int64 = 0
    /// For how many seconds it has been running.
    public var uptime_seconds: Int64 = 0
    /// The mode in force there.
    public var mode = ""
    /// How many sessions are open there.
    public var sessions_open = 0
    /// How many sessions have begun there since its start.
    public var sessions_begun = 0
    /// How many of its changes wait to be published.
    public var waiting = 0
    /// How late it heard of the newest change of another server, in milliseconds.
    public var lag_milliseconds = 0
    /// By how many seconds its clock differs from the Redis's.
    public var clock_seconds: Int64 = 0
    /// The models that decide there, and when they were written.
    public var models: [String: Int64] = [:]

    /// A report of nothing.
    public init() {}
}
