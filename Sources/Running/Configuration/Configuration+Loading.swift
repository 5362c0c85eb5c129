extension Configuration {
    /// Where the configuration file lies unless another one is named.
    public static let defaultFile = "/etc/argot/argotd.conf"

    /// Reads the configuration: the file, then the drop-in files in the order of their names, then the overrides of
    /// the command line. A later setting replaces an earlier one.
    ///
    /// - Parameters:
    ///   - file: The file, which must exist; `nil` for ``defaultFile``, which may be absent.
    ///   - dropIns: The directory of the drop-in files, which must exist; `nil` for the one next to the file (its name
    ///     with `.d` behind), which may be absent; empty for none.
    ///   - overrides: Settings of the form `key=value`.
    /// - Returns: The configuration or all errors of all places, and the warnings.
    public static func load(
        file: String? = nil, dropIns: String? = nil, overrides: [String] = []
    ) -> LoadedConfiguration {
        let main = file ?? defaultFile
        let directory = dropIns ?? main + ".d"
        var sources: [Result<ConfigurationFile, ConfigurationError>] = []
        if file != nil || !ConfigurationFile.isAbsent(main) {
            sources.append(reading(main))
        }
        if !directory.isEmpty, dropIns != nil || !ConfigurationFile.isAbsent(directory) {
            do throws(ConfigurationError) {
                sources += try ConfigurationFile.dropIns(in: directory).map(reading)
            } catch {
                sources.append(.failure(error))
            }
        }
        return load(sources, overrides: overrides)
    }

    /// Puts files that are taken apart already and overrides together.
    public static func load(files: [ConfigurationFile], overrides: [String] = []) -> LoadedConfiguration {
        load(files.map { .success($0) }, overrides: overrides)
    }

    private static func load(
        _ sources: [Result<ConfigurationFile, ConfigurationError>], overrides: [String]
    ) -> LoadedConfiguration {
        var builder = ConfigurationBuilder()
        for source in sources {
            switch source {
            case .success(let file): builder.add(file)
            case .failure(let error): builder.add(error)
            }
        }
        for override in overrides { builder.add(override: override) }
        let warnings = builder.check()
        let result: Result<Configuration, ConfigurationErrors> =
            builder.errors.isEmpty ? .success(builder.configuration) : .failure(ConfigurationErrors(builder.errors))
        return LoadedConfiguration(result, warnings: warnings, changes: builder.changes)
    }

    private static func reading(_ path: String) -> Result<ConfigurationFile, ConfigurationError> {
        Result { () throws(ConfigurationError) in try ConfigurationFile(reading: path) }
    }
}
