/// What a reload changes: which new values take effect at once, and which wait for a restart.
public struct ReloadPlan: Hashable, Sendable {
    /// The names of the keys whose new values take effect at once.
    public let applied: [String]

    /// The names of the keys whose new values wait for a restart.
    public let deferred: [String]

    /// The configuration to continue with: the new one, with the old values of the ``deferred`` keys.
    public let configuration: Configuration

    /// Compares the configuration in force with the one just read.
    public init(from old: Configuration, to new: Configuration) {
        var configuration = new
        var applied: [String] = []
        var deferred: [String] = []
        for key in ConfigurationKey.all where !key.isSame(old, new) {
            if key.isReloadable {
                applied.append(key.name)
            } else {
                deferred.append(key.name)
                key.carry(old, &configuration)
            }
        }
        self.applied = applied
        self.deferred = deferred
        self.configuration = configuration
    }

    /// Whether nothing changes.
    public var isEmpty: Bool { applied.isEmpty && deferred.isEmpty }

    /// One log line for each key with a new value.
    public var lines: [String] {
        applied.map { "new value of \"\($0)\" loaded" }
            + deferred.map { "new value of \"\($0)\" not loaded: restart argotd" }
    }
}
