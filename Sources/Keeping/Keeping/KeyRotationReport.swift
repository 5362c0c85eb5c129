/// What becomes of a database whose hashing key is replaced.
public struct KeyRotationReport: Hashable, Sendable, Codable {
    /// What was removed, as nothing of it can be found under another key.
    public var removed = PurgeReport()

    /// Verdicts that are kept, without the hashes of their addresses.
    public var verdicts = 0

    /// Lies that are kept, without the hashes of their recipients and networks.
    public var lies = 0

    /// Nothing forgotten.
    public init() {}
}
