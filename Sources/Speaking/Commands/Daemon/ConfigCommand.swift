import ArgumentParser
import Configuration
import FoundationEssentials
import Keeping
import SMTP
import SystemPackage
import Terminal

/// `argot config`
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows the configuration in force, or the shipped file, which explains every key.",
        subcommands: [Show.self, Defaults.self, Check.self], defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints every key, its value and where it was set.",
            discussion:
                "The mode set by argot mode overrides the files, and is printed as such to those who may read it. "
                + "The lists made by argot allow and argot deny are printed by these commands."
        )

        @OptionGroup var source: SourceOptions

        @Flag(name: .long, help: "Print only keys that are set somewhere.")
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
            let file = try loaded.get().files.settings
            let mode = Self.mode(in: file)
            let rows = loaded.settings.compactMap { setting -> Row? in
                if setting.key == "mode", let mode { return Row(key: "mode", value: mode, source: file) }
                guard !changed || setting.source != .standard else { return nil }
                return Row(key: setting.key, value: setting.text, source: "\(setting.source)")
            }
            if json { return try Output.json(rows) }
            for row in rows { print("\(row.key) = \(PrintableText(row.value))\t# \(PrintableText(row.source))") }
        }

        /// The mode that `argot mode` has set; `nil` when it has not, or the file may not be read.
        private static func mode(in file: String) -> String? {
            guard let data = FileManager.default.contents(atPath: file) else { return nil }
            let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
            return lines.last { $0.count == 2 && $0[0] == "mode" }.map { String($0[1]) }
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
                Output.note(line)
            }
            guard loaded.errors.isEmpty else { throw ExitCode(1) }
            print("the configuration is valid")
        }
    }
}
