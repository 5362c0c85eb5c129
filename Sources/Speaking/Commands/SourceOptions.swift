import ArgumentParser
import Configuration
import Keeping
import KeyedHashing
import Terminal

/// Where the configuration is read from, for every command that needs it.
struct SourceOptions: ParsableArguments {
    @Option(
        name: [.short, .long], help: ArgumentHelp("Read this configuration file.", valueName: "file"),
        completion: .file())
    var config: String?

    @Option(
        name: .long, help: ArgumentHelp("Read *.conf in this directory after the file.", valueName: "directory"),
        completion: .directory)
    var dropIns: String?

    @Option(
        name: .long, help: ArgumentHelp("Set a key, overriding the files.", valueName: "key=value"),
        completion: WordOption.settings)
    var set: [String] = []

    /// The configuration, with its warnings, which are no matter here.
    func load() throws -> Configuration {
        try Configuration.load(file: config, dropIns: dropIns, overrides: set).get()
    }

    /// The daemon's database, for reading while the daemon runs. Where nothing was ever kept it is empty, and that is said.
    func openStore(_ configuration: Configuration) throws -> any DataStore {
        let files = configuration.files
        guard files.isEmpty else { return try files.openStore() }
        Output.note("\(StoreError(.absent, path: files.database))")
        return try DataDirectory.emptyStore()
    }

    /// The key that the addresses in the database are hashed with.
    func hashingKey(_ configuration: Configuration) throws -> HashingKey {
        try HashingKey.load(file: configuration.files.hashingKey)
    }
}
