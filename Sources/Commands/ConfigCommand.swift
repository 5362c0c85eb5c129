import ArgumentParser
import Configuration
import SystemPackage

/// `argot config`
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Shows the configuration in force, or the file with every key explained.",
        subcommands: [Show.self, Defaults.self, Check.self], defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints every key, its value and where it was set.")

        @OptionGroup var source: SourceOptions

        @Flag(name: .long, help: "Only the keys that were set somewhere.")
        var changed = false

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let key: String
            let value: String
            let source: String
        }

        func run() throws {
            let loaded = Configuration.load(file: source.config, dropIns: source.dropIns, overrides: source.set)
            _ = try loaded.get()
            let settings = loaded.settings.filter { !changed || $0.source != .standard }
            if json {
                return try Output.json(settings.map { Row(key: $0.key, value: $0.text, source: "\($0.source)") })
            }
            for setting in settings {
                print("\(setting.key) = \(setting.text)\t# \(setting.source)")
            }
        }
    }

    struct Defaults: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints the shipped configuration file.")

        func run() throws { print(ConfigurationDocument.commentedFile(), terminator: "") }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks the configuration; exits with 0 or 1.")

        @OptionGroup var source: SourceOptions

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        private struct Report: Encodable {
            struct Fault: Encodable {
                let source: String
                let key: String?
                let problem: String
                let remedy: String

                init(_ diagnostic: any ConfigurationDiagnostic) {
                    source = "\(diagnostic.source)"
                    key = diagnostic.key
                    problem = diagnostic.problem
                    remedy = diagnostic.remedy
                }
            }
            let errors: [Fault]
            let warnings: [Fault]
        }

        func run() throws {
            let loaded = Configuration.load(file: source.config, dropIns: source.dropIns, overrides: source.set)
            if json {
                let (errors, warnings) = (loaded.errors.map(Report.Fault.init), loaded.warnings.map(Report.Fault.init))
                try Output.json(Report(errors: errors, warnings: warnings))
                if !loaded.errors.isEmpty { throw ExitCode(1) }
                return
            }
            for line in loaded.warnings.map({ "warning: \($0)" }) + loaded.errors.map({ "\($0)" }) {
                _ = try? FileDescriptor.standardError.writeAll((line + "\n").utf8)
            }
            guard loaded.errors.isEmpty else { throw ExitCode(1) }
            print("the configuration is fine")
        }
    }
}
