import Configuration

/// The whole manual: one page for the daemon, one for its configuration, one for argot and one for each of its commands.
struct Manual {
    /// What `argot --version` says.
    let version: String
    /// The commands of argot.
    let argot: CommandHelp
    /// The command line of the daemon; its page is left out without it.
    let argotd: CommandHelp?

    /// All pages.
    var pages: [ManualPage] {
        let commands = argot.visibleSubcommands
        let names = commands.map { "argot-\($0.commandName)(1)" }
        return [overview(names), configuration] + commands.map { page(for: $0, all: names) }
            + (argotd.map { [daemon($0)] } ?? [])
    }

    private func overview(_ names: [String]) -> ManualPage {
        var page = ManualPage(
            "argot", section: 1, manual: "Argot", version: version, summary: argot.abstract ?? "")
        page.heading("Synopsis")
        page.synopsis(
            ManualPage.set("argot", in: .bold) + " " + ManualPage.set("command", in: .italic) + " [options] [arguments]"
        )
        page.heading("Description")
        page.text(argot.discussion ?? "")
        page.text(ManualProse.argot)
        page.heading("Commands")
        for command in argot.visibleSubcommands {
            page.item(ManualPage.set(command.commandName, in: .bold), command.abstract ?? "")
        }
        page.heading("Options")
        for (option, meaning) in ManualProse.commonOptions { page.item(ManualPage.set(option, in: .bold), meaning) }
        page.heading("Exit status")
        for (status, meaning) in ManualProse.exitStatuses { page.item(ManualPage.set(status, in: .bold), meaning) }
        page.heading("Files")
        for (file, meaning) in ManualProse.files { page.item(ManualPage.set(file, in: .italic), meaning) }
        page.heading("Examples")
        page.example(ManualProse.argotExamples)
        page.seeAlso(names + ["argotd(8)", "argotd.conf(5)"])
        return page
    }

    private func page(for command: CommandHelp, all: [String]) -> ManualPage {
        var page = ManualPage(
            "argot-\(command.commandName)", section: 1, manual: "Argot", version: version,
            summary: command.abstract ?? "")
        page.heading("Synopsis")
        page.synopses(of: command)
        page.heading("Description")
        page.text(command.abstract ?? "")
        page.describe(command)
        if !command.visibleSubcommands.isEmpty { page.heading("Commands") }
        Self.describeCommands(below: command, in: &page)
        page.heading("Exit status")
        page.text(ManualProse.exitStatus)
        page.seeAlso(["argot(1)"] + all.filter { $0 != "\(page.name)(1)" } + ["argotd(8)", "argotd.conf(5)"])
        return page
    }

    /// Describes the commands below a command, and those below them.
    private static func describeCommands(below command: CommandHelp, in page: inout ManualPage) {
        for below in command.visibleSubcommands {
            page.subheading(below.invocation)
            let isDefault = command.defaultSubcommand == below.commandName
            page.text((below.abstract ?? "") + (isDefault ? " This is the default command." : ""))
            page.describe(below)
            describeCommands(below: below, in: &page)
        }
    }

    private func daemon(_ command: CommandHelp) -> ManualPage {
        var page = ManualPage(
            "argotd", section: 8, manual: "Argot", version: version, summary: command.abstract ?? "")
        page.heading("Synopsis")
        page.synopsis(ManualPage.synopsis(of: command))
        page.heading("Description")
        page.text(ManualProse.argotd)
        page.heading("Options")
        page.describe(command)
        for (option, meaning) in ManualProse.commonOptions { page.item(ManualPage.set(option, in: .bold), meaning) }
        page.heading("Sockets")
        page.text(ManualProse.sockets)
        page.heading("Attaching Postfix")
        page.text(ManualProse.postfix)
        page.example(ManualProse.postfixLines)
        page.heading("Attaching Sendmail")
        page.text(ManualProse.sendmail)
        page.example(ManualProse.sendmailLines)
        page.heading("Signals")
        for (signal, meaning) in ManualProse.signals { page.item(ManualPage.set(signal, in: .bold), meaning) }
        page.heading("Environment")
        for (name, meaning) in ManualProse.environment { page.item(ManualPage.set(name, in: .bold), meaning) }
        page.heading("Exit status")
        for (status, meaning) in ManualProse.daemonStatuses { page.item(ManualPage.set(status, in: .bold), meaning) }
        page.heading("Files")
        for (file, meaning) in ManualProse.files { page.item(ManualPage.set(file, in: .italic), meaning) }
        page.seeAlso(["argot(1)", "argotd.conf(5)", "argot-doctor(1)", "postconf(5)", "systemd.socket(5)"])
        return page
    }

    private var configuration: ManualPage {
        var page = ManualPage(
            "argotd.conf", section: 5, manual: "Argot", version: version, summary: "Configuration of argotd.")
        page.heading("Synopsis")
        page.synopsis(ManualPage.set(Configuration.defaultFile, in: .italic))
        page.synopsis(ManualPage.set(Configuration.defaultFile + ".d/*.conf", in: .italic))
        page.heading("Description")
        page.text(ManualProse.configuration)
        for section in ConfigurationSection.all {
            page.heading(section.title)
            page.text(section.introduction)
            for key in section.keys {
                page.item(ManualPage.set(key.name, in: .bold), key.summary, "(\(key.synopsis))")
            }
        }
        page.heading("Examples")
        page.text("Greylist suspicious clients in one domain:")
        page.example(ManualProse.configurationExample)
        page.text("Check the files, and see what is in force:")
        page.example("argotd --check\nargot config show --changed")
        page.heading("Files")
        for (file, meaning) in ManualProse.files { page.item(ManualPage.set(file, in: .italic), meaning) }
        page.seeAlso(["argotd(8)", "argot-config(1)", "argot-mode(1)", "argot-allow(1)"])
        return page
    }
}
