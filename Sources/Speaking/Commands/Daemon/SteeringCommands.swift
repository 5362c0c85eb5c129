import Control
import ArgumentParser
import Glibc
import Policy
import Terminal

/// `argot reload`
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Makes the daemon reload its configuration and model.",
        discussion:
            "Sessions in progress keep the ones they began with. A file with an error changes nothing: it is "
            + "reported, and the command exits with 1."
    )

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
        commandName: "mode", abstract: "Shows the mode, or switches to observe or enforce at once and permanently.",
        discussion: "The mode set here overrides the configuration file until it is set again.")

    @Argument(
        help: "observe or enforce; without it, the mode in force is printed.",
        completion: .list(["observe", "enforce"]))
    var mode: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var control: ControlOptions

    func validate() throws {
        guard let mode, mode != "observe", mode != "enforce" else { return }
        throw ValidationError("\"\(mode)\" is not a mode: use observe or enforce")
    }

    private struct Answer: Encodable {
        let mode: String
        let suspended: Bool
    }

    func run() throws {
        if let mode { _ = try control.ask("POST", "/mode", ["mode": mode]) }
        let status = try control.ask(StatusDocument.self, "GET", "/status")
        guard json else {
            let suspension = status.breaker.tripped ? ", suspended by the breaker: argot reload closes it" : ""
            return print(status.mode + suspension)
        }
        try Output.json(Answer(mode: status.mode, suspended: status.breaker.tripped))
    }
}

/// `argot allow`
struct AllowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow", abstract: "Leaves clients or senders alone, at once and permanently.",
        discussion: """
            Without entries the list is printed. A domain applies to clients whose verified name is in it. A deny \
            overrides an allow; the command says so if it finds one.
            """)

    @OptionGroup var list: ListOptions

    func run() throws { try list.run(as: "allow") }
}

/// `argot deny`
struct DenyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny", abstract: "Rejects clients or senders, at once and permanently.",
        discussion: """
            Without entries the list is printed. A deny overrides everything except clients that have logged in and \
            trusted_networks: it rejects whatever else is known, in every domain and whatever enforce says, even if \
            the same client is allowed. In mode observe the refusal is only logged. The command says so if something \
            overrides an entry.
            """)

    @OptionGroup var list: ListOptions

    func run() throws { try list.run(as: "deny") }
}

/// What `allow` and `deny` have in common.
struct ListOptions: ParsableArguments {
    @Argument(help: "Addresses, ADDRESS/LENGTH, domains, or .DOMAIN for a domain and everything below it.")
    var entries: [String] = []

    @Flag(name: .long, help: "Remove the entries from both lists.")
    var remove = false

    @Flag(name: .long, help: "Print the list as JSON.")
    var json = false

    @OptionGroup var control: ControlOptions

    private struct Lists: Codable {
        var allow: [String]
        var deny: [String]
        var faults: [String]
        /// What stands above the entries that were just added; absent in answers of an older argotd.
        var notes: [String]?
    }

    func validate() throws {
        for entry in entries where ClientLists.Entry(entry) == nil {
            throw ValidationError(ClientLists.Entry.problem(with: entry))
        }
        if remove, entries.isEmpty { throw ValidationError("name the entries to remove") }
    }

    func run(as list: String) throws {
        var lists = try control.ask(Lists.self, "GET", "/lists")
        if remove {
            let listed = Set((lists.allow + lists.deny).compactMap { ClientLists.Entry($0) })
            let absent = entries.first { entry in ClientLists.Entry(entry).map { !listed.contains($0) } ?? true }
            if let absent {
                throw CommandError("\(absent) is on neither list: nothing was removed")
            }
        }
        var notes: [String] = []
        for part in Self.parts(entries) {
            let words = part.joined(separator: " ")
            lists =
                remove
                ? try control.ask(Lists.self, "DELETE", "/lists", ["entry": words])
                : try control.ask(Lists.self, "POST", "/lists", ["list": list, "entry": words])
            notes += (lists.notes ?? []).filter { !notes.contains($0) }
        }
        lists.notes = notes
        for note in notes { DialectModelFile.note("note: \(note)") }
        if json { return try Output.json(lists) }
        for entry in list == "allow" ? lists.allow : lists.deny { print(entry) }
    }

    /// The entries in parts that each fit into one request.
    private static func parts(_ entries: [String]) -> [ArraySlice<String>] {
        var parts: [ArraySlice<String>] = []
        var rest = entries[...]
        while !rest.isEmpty {
            var bytes = 0
            // A blank, a colon or a slash becomes three bytes there.
            let part = rest.prefix { entry in
                bytes += 3 * (entry.utf8.count + 1)
                return bytes <= 8 * 1_024
            }
            parts.append(part)
            rest = rest.dropFirst(part.count)
        }
        return parts
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
