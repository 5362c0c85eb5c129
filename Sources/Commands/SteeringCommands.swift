import AdminHTTP
import ArgumentParser
import Glibc

/// `argot reload`
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Makes the daemon read its configuration and model again.",
        discussion: "Sessions under way keep the ones they began with. A faulty file changes nothing: it is named, and "
            + "the command exits with 1.")

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var control: ControlOptions

    func run() throws {
        try Reload(control).await("POST", "/reload")
        guard json else { return print("reloaded") }
        try Output.json(try control.ask(StatusDocument.self, "GET", "/status").reload)
    }
}

/// `argot mode`
struct ModeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mode", abstract: "Shows the mode, or switches to observe or enforce at once and for good.",
        discussion: "What is set here outweighs the configuration file until it is set again.")

    @Argument(help: "observe or enforce; the mode in force is printed without it.")
    var mode: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var control: ControlOptions

    private struct Answer: Encodable {
        let mode: String
        let suspended: Bool
    }

    func run() throws {
        if let mode { try Reload(control).await("POST", "/mode", ["mode": mode]) }
        let status = try control.ask(StatusDocument.self, "GET", "/status")
        guard json else { return print(status.mode) }
        try Output.json(Answer(mode: status.mode, suspended: status.breaker.tripped))
    }
}

/// `argot allow`
struct AllowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow", abstract: "Leaves clients or senders alone, at once and for good.",
        discussion: "Without entries the list is printed.")

    @OptionGroup var list: ListOptions

    func run() throws { try list.run(as: "allow") }
}

/// `argot deny`
struct DenyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny", abstract: "Refuses clients or senders, at once and for good.",
        discussion: "Without entries the list is printed. In mode observe, or when enforce does not name reject, the "
            + "refusal is only logged.")

    @OptionGroup var list: ListOptions

    func run() throws { try list.run(as: "deny") }
}

/// What `allow` and `deny` have in common.
struct ListOptions: ParsableArguments {
    @Argument(help: "Addresses, ADDRESS/LENGTH, domains, or .DOMAIN for all below it.")
    var entries: [String] = []

    @Flag(name: .long, help: "Take the entries off both lists.")
    var remove = false

    @Flag(name: .long, help: "Print the list as JSON.")
    var json = false

    @OptionGroup var control: ControlOptions

    private struct Lists: Codable {
        var allow: [String]
        var deny: [String]
        var faults: [String]
    }

    func run(as list: String) throws {
        for entry in entries {
            if remove {
                try Reload(control).await("DELETE", "/lists", ["entry": entry])
            } else {
                try Reload(control).await("POST", "/lists", ["list": list, "entry": entry])
            }
        }
        let lists = try control.ask(Lists.self, "GET", "/lists")
        if json { return try Output.json(lists) }
        for entry in list == "allow" ? lists.allow : lists.deny { print(entry) }
    }
}

/// A request that ends in a reload, and the wait for its outcome.
struct Reload {
    let control: ControlOptions

    init(_ control: ControlOptions) {
        self.control = control
    }

    private struct Counts: Decodable {
        var done: UInt64
        var failed: UInt64
    }

    /// Asks, and waits until the daemon has reloaded; a failed reload is the command's failure.
    func await(_ method: String, _ path: String, _ query: [String: String] = [:]) throws {
        let before = try control.ask(Counts.self, method, path, query)
        for _ in 0..<600 {
            let reload = try control.ask(StatusDocument.self, "GET", "/status").reload
            if reload.failed > before.failed { throw CommandError(reload.errors.joined(separator: "; ")) }
            if reload.done > before.done { return }
            usleep(50_000)
        }
        throw CommandError("argotd has not reloaded within 30 seconds: see its log")
    }
}
