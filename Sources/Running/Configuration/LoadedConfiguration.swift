/// What came of reading a configuration: the typed value or all errors, and the warnings in any case.
public struct LoadedConfiguration: Sendable {
    /// A value that was set, and where.
    public struct Setting: Hashable, Sendable {
        /// The key's name.
        public let key: String

        /// The value as it is best written.
        public let text: String

        /// Where it was set.
        public let source: ConfigurationSource
    }

    /// The configuration, or every reason why there is none.
    public let result: Result<Configuration, ConfigurationErrors>

    /// Settings that can be used but hardly do what was meant.
    public let warnings: [ConfigurationWarning]

    private let changes: [String: Setting]

    /// What was read; `changes` are the settings that count, by key.
    init(
        _ result: Result<Configuration, ConfigurationErrors>, warnings: [ConfigurationWarning],
        changes: [String: Setting]
    ) {
        self.result = result
        self.warnings = warnings
        self.changes = changes
    }

    /// The errors, in the order of files and lines; empty when there is a configuration.
    public var errors: [ConfigurationError] {
        if case .failure(let failure) = result { failure.errors } else { [] }
    }

    /// The configuration.
    public func get() throws(ConfigurationErrors) -> Configuration { try result.get() }

    /// The value of every key and where it comes from, in the order of the shipped file.
    public var settings: [Setting] { ConfigurationKey.all.map(setting(of:)) }

    /// The value of a key and where it comes from.
    public func setting(of key: ConfigurationKey) -> Setting {
        changes[key.name] ?? Setting(key: key.name, text: key.defaultText, source: .standard)
    }
}
