extension ManualPage {
    /// Adds what the help of a command says: how it is called, what it does, its arguments and options.
    mutating func describe(_ command: CommandHelp) {
        if let discussion = command.discussion { text(discussion) }
        for argument in command.positionals {
            item(Self.set(argument.placeholder, in: .italic), Self.meaning(of: argument))
        }
        for option in command.options {
            item(Self.term(of: option), Self.meaning(of: option))
        }
    }

    /// Adds the synopsis of a command, or those of the commands below it.
    mutating func synopses(of command: CommandHelp) {
        let below = command.visibleSubcommands
        if below.isEmpty { synopsis(Self.synopsis(of: command)) }
        for command in below { synopses(of: command) }
    }

    /// How a command is called, in one line.
    static func synopsis(of command: CommandHelp) -> String {
        var parts = [set(command.invocation, in: .bold)]
        for option in command.options {
            // An option without a default whose value is not optional has to be there.
            let term = shortTerm(of: option) + (option.isRepeating ? " ..." : "")
            parts.append(option.isOptional ? "[\(term)]" : term)
        }
        for argument in command.positionals {
            let name = set(argument.placeholder, in: .italic) + (argument.isRepeating ? " ..." : "")
            parts.append(argument.isOptional ? "[\(name)]" : name)
        }
        return parts.joined(separator: " ")
    }

    private static func shortTerm(of option: CommandHelp.Argument) -> String {
        let names = option.names ?? []
        let name = names.first { $0.kind == "long" } ?? names.first
        let term = set(name?.spelling ?? "", in: .bold)
        return option.kind == "flag" ? term : term + " " + set(option.placeholder, in: .italic)
    }

    private static func term(of option: CommandHelp.Argument) -> String {
        let names = (option.names ?? []).map { set($0.spelling, in: .bold) }.joined(separator: ", ")
        return option.kind == "flag" ? names : names + " " + set(option.placeholder, in: .italic)
    }

    private static func meaning(of argument: CommandHelp.Argument) -> String {
        var parts = [argument.abstract ?? ""]
        if let values = argument.allValues, !values.isEmpty {
            parts.append("One of \(values.joined(separator: ", ")).")
        }
        if let standard = argument.defaultValue, !standard.isEmpty { parts.append("Default: \(standard).") }
        if argument.isRepeating { parts.append("May be given more than once.") }
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
