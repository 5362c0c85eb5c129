import ArgumentParser
import Configuration
import Daemon
import SMTP
import Sockets

/// The command line of argotd.
struct ArgotDaemon: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "argotd",
        abstract: "A milter that tells spam bots from mail software by how they speak SMTP.",
        discussion: """
            Without a configuration file the built-in defaults apply: verdicts are logged, never applied.
            HUP or USR1 reloads configuration and model, TERM or INT finishes the sessions in progress and exits.
            """,
        version: "argotd 0.1.0")

    @Option(
        name: [.short, .long], help: ArgumentHelp("Read this configuration file.", valueName: "file"),
        completion: .file())
    var config: String?

    @Option(
        name: .long, help: ArgumentHelp("Read *.conf in this directory after the file.", valueName: "directory"),
        completion: .directory)
    var dropIns: String?

    @Option(name: .long, help: ArgumentHelp("Set a key, overriding the files.", valueName: "key=value"))
    var set: [String] = []

    @Flag(name: [.customShort("n"), .long], help: "Check configuration and model, then exit with 0 or 1.")
    var check = false

    @Flag(name: [.short, .long], help: "Stay in the foreground and print \"ready\" once it answers mail servers.")
    var foreground = false

    func run() throws {
        let sources = DaemonRuntime.Sources(file: config, dropIns: dropIns, overrides: set)
        let (loaded, began) = sources.load()
        for warning in loaded.warnings { Self.complain("warning: \(warning)") }
        let configuration: Configuration
        do {
            configuration = try loaded.get()
        } catch {
            for error in error.errors { Self.complain("\(error)") }
            throw ExitCode(1)
        }
        do {
            if check {
                try DaemonRuntime.check(configuration)
                print("configuration and model are valid")
                return
            }
            let runtime = try DaemonRuntime(sources: sources, configuration: configuration, began: began)
            let status = runtime.run {
                if foreground { DescriptorOutput.offer(Array("ready\n".utf8), to: 1, milliseconds: 500) }
            }
            throw ExitCode(status)
        } catch let error as ExitCode {
            throw error
        } catch {
            Self.complain("argotd: \(error)")
            throw ExitCode(1)
        }
    }

    private static func complain(_ text: String) {
        // Nobody need read it: a full pipe must not keep the daemon from starting, or from leaving.
        DescriptorOutput.offer(Array((PrintableText.lines(text) + "\n").utf8), to: 2, milliseconds: 500)
    }
}
