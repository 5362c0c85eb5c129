/// Puts entries of files and of the command line together, later ones over earlier ones.
struct ConfigurationBuilder {
    private(set) var configuration = Configuration()
    private(set) var errors: [ConfigurationError] = []
    private(set) var changes: [String: LoadedConfiguration.Setting] = [:]
    private var faultyKeys: Set<String> = []

    /// Takes a file's settings; its errors come in the order of its lines.
    mutating func add(_ file: ConfigurationFile) {
        let earlier = errors
        errors = file.errors
        for error in file.errors { error.key.map { _ = faultyKeys.insert($0) } }
        for entry in file.entries { add(entry) }
        let ordered = errors.enumerated().sorted { first, second in
            (first.element.source.line ?? 0, first.offset) < (second.element.source.line ?? 0, second.offset)
        }
        errors = earlier + ordered.map(\.element)
    }

    /// Takes one `key=value` of the command line.
    mutating func add(override text: String) {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            let key = ConfigurationKey.named(text)?.name
            let problem = "there is no \"=\" in \(QuotedText(text))"
            return fail(.missingEquals, at: .commandLine, key: key, problem, "write --set \(key ?? "KEY")=VALUE")
        }
        let key = Array(text.utf8[..<equals])[...].trimmingBlanks
        let value = Array(text.utf8[equals...].dropFirst())[...].trimmingBlanks
        add(
            ConfigurationEntry(
                key: String(decoding: key, as: UTF8.self), value: String(decoding: value, as: UTF8.self),
                source: .commandLine))
    }

    /// Notes an error.
    mutating func add(_ error: ConfigurationError) {
        errors.append(error)
    }

    /// Notes settings that contradict each other, and returns what is merely odd. Keys whose value could not be read
    /// are left out.
    mutating func check() -> [ConfigurationWarning] {
        var warnings: [ConfigurationWarning] = []
        for contradiction in Contradiction.all(in: configuration, isSet: { changes[$0] != nil })
        where faultyKeys.isDisjoint(with: contradiction.keys) {
            let source = contradiction.keys.compactMap { changes[$0]?.source }.first ?? .standard
            let (key, problem, remedy) = (contradiction.keys.first, contradiction.problem, contradiction.remedy)
            switch contradiction.severity {
            case .error:
                add(ConfigurationError(.contradiction, at: source, key: key, problem: problem, remedy: remedy))
            case .warning(let code):
                warnings.append(ConfigurationWarning(code, at: source, key: key, problem: problem, remedy: remedy))
            }
        }
        return warnings
    }

    private mutating func add(_ entry: ConfigurationEntry) {
        guard let key = ConfigurationKey.named(entry.key) else {
            let nearest = EditDistance.nearest(to: entry.key, in: ConfigurationKey.all.map(\.name))
            let problem = entry.key.isEmpty ? "there is no key before \"=\"" : "unknown key \(QuotedText(entry.key))"
            let remedy = nearest.map { "did you mean \($0)?" } ?? "write a key that argotd.conf(5) lists"
            return fail(.unknownKey, at: entry.source, key: nil, problem, remedy)
        }
        if entry.value.isEmpty, !key.allowsEmpty {
            let remedy = "add one, or remove the line to use the default \(key.defaultText)"
            return fail(.missingValue, at: entry.source, key: key.name, "there is no value", remedy)
        }
        do throws(ValueFailures) {
            let text = try key.store(entry.value, &configuration)
            changes[key.name] = LoadedConfiguration.Setting(key: key.name, text: text, source: entry.source)
        } catch {
            for failure in error.failures {
                let source = entry.source(atOffset: failure.offset)
                fail(failure.code, at: source, key: key.name, failure.problem, failure.remedy)
            }
        }
    }

    private mutating func fail(
        _ code: ConfigurationError.Code, at source: ConfigurationSource, key: String?, _ problem: String,
        _ remedy: String
    ) {
        if let key { faultyKeys.insert(key) }
        errors.append(ConfigurationError(code, at: source, key: key, problem: problem, remedy: remedy))
    }
}
