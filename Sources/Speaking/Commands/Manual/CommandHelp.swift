import FoundationEssentials

/// A command as `--experimental-dump-help` describes it: the help text's own source, so that manual and help agree.
struct CommandHelp: Decodable {
    /// An argument, option or flag.
    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
            /// The name as it is typed.
            var spelling: String { (kind == "long" ? "--" : "-") + name }
        }

        var kind: String
        var shouldDisplay: Bool?
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var allValues: [String]?
        var abstract: String?

        /// What stands for the value.
        var placeholder: String { valueName ?? "value" }
    }

    var commandName: String
    var superCommands: [String]?
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool?
    var defaultSubcommand: String?
    var subcommands: [CommandHelp]?
    var arguments: [Argument]?

    /// The name with those of the commands above, as it is typed.
    var invocation: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// The commands below that are meant for people; `help` is not explained again.
    var visibleSubcommands: [CommandHelp] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    /// The arguments that have no name, in their order.
    var positionals: [Argument] { shown.filter { $0.kind == "positional" } }

    /// Options and flags; `--help` and `--version` work everywhere and are explained once.
    var options: [Argument] {
        shown.filter { argument in
            argument.kind != "positional"
                && !(argument.names ?? []).contains { ["help", "version"].contains($0.name) }
        }
    }

    private var shown: [Argument] { (arguments ?? []).filter { $0.shouldDisplay != false } }

    /// The command that a dump describes.
    init(dump: String) throws {
        struct Dump: Decodable { var command: CommandHelp }
        self = try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command
    }
}
