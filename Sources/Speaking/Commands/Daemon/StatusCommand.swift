import Control
import ArgumentParser
import SMTP
import Terminal

/// `argot status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows daemon status: mode, sessions, verdicts, problems.",
        discussion:
            "Exits with 0 if all is well, with 2 if the daemon runs but something is wrong, and with 1 if it does "
            + "not answer."
    )

    @OptionGroup var control: ControlOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Also list the other servers of the site (shared_store), as each has last told how it is.")
    var all = false

    func run() throws {
        let status = try control.ask(StatusDocument.self, "GET", "/status")
        if json {
            try Output.json(status)
        } else {
            for line in StatusText(status, showsNodes: all).lines { print(PrintableText(line).description) }
        }
        if all, status.sharing == nil {
            throw CommandError("shared_store is empty: this server shares nothing, and there is no other to be listed")
        }
        if !status.problems.isEmpty { throw ExitCode(2) }
    }
}

/// The daemon's status in words.
struct StatusText {
    let status: StatusDocument
    let showsNodes: Bool

    init(_ status: StatusDocument, showsNodes: Bool = false) {
        self.status = status
        self.showsNodes = showsNodes
    }

    /// The lines of `argot status`.
    var lines: [String] {
        var lines = [
            "argotd \(status.version), process \(status.pid), up \(FigureText.age(status.uptime_seconds))",
            "mode      \(status.mode)" + (status.breaker.tripped ? ", suspended by the breaker" : ""),
            "sessions  \(status.sessions.open) open, \(status.sessions.begun) since the start"
                + (status.sockets.engine == "native" ? ", by the native engine" : ""),
            "model     \(status.model.dialects) dialects, \(status.model.source), "
                + "read \(FigureText.age(status.model.age_seconds)) ago",
            "memory    \(status.memory.attempts) attempts, \(status.memory.clients) clients",
            "verdicts  " + verdicts,
        ]
        if let senders = status.senders { lines.insert("senders   " + Self.words(senders), at: 4) }
        if let group = status.senders?.group { lines.insert("group     " + Self.words(group), at: 5) }
        if let wire = status.wire {
            lines.append(
                "wire      \(wire.sessions) sessions with command lines, \(wire.lost) lost them, \(wire.lines) lines"
                    + (wire.strays > 0 ? ", \(wire.strays) of no session" : "")
                    + (wire.refused > 0 ? ", \(wire.refused) connections refused" : ""))
        }
        if let tap = status.tap {
            let without = [(tap.late, "late"), (tap.lost, "lost"), (tap.encrypted, "TLS")].filter { $0.0 > 0 }
                .map { "\($0.0) \($0.1)" }
            lines.append(
                "tap       \(tap.connected ? "connected" : "not connected"), \(tap.sessions) sessions"
                    + (without.isEmpty ? "" : ", without lines: " + without.joined(separator: ", "))
                    + ", \(tap.syns) SYNs, \(tap.hellos) hellos" + Self.words(ways: tap.ways)
                    + ", \(tap.packets) packets, \(tap.dropped) dropped"
                    + (tap.unsent > 0 ? ", \(tap.unsent) findings not taken in time" : "")
                    + (tap.refused > 0 ? ", \(tap.refused) connections refused" : ""))
        }
        if let lies = status.fake_rejections { lines.append("lies      " + Self.words(lies)) }
        if let sharing = status.sharing { lines += Self.lines(sharing, showsNodes: showsNodes) }
        for taught in status.taught ?? [] {
            lines.append("learned   \(taught.kind): \(taught.source), \(FigureText.age(taught.age_seconds)) old")
        }
        if let learning = status.learning { lines.append("learning  " + Self.words(learning)) }
        if !status.reasons.isEmpty {
            lines.append(
                "reasons   " + status.reasons.prefix(6).map { "\($0.name) \($0.count)" }.joined(separator: ", "))
        }
        return lines + status.problems.map { "PROBLEM   \($0)" }
    }

    private static func words(_ lies: StatusDocument.FakeRejections) -> String {
        if lies.stands_down {
            return "none: one address brings most of the mail, so clients cannot be told apart"
        }
        let genuine = FigureText.percent(lies.genuine_share)
        return "\(lies.this_hour) new this hour, unknown recipients: \(genuine) of what other clients ask for"
            + (lies.seen_share.map { ", \(FigureText.percent($0)) for those lied to" } ?? "")
    }

    private static func lines(_ sharing: StatusDocument.Sharing, showsNodes: Bool) -> [String] {
        let state = sharing.connected ? "\(sharing.nodes.count) servers" : "not connected"
        let summary =
            "sharing   \(sharing.store), \(state), \(sharing.published) facts published, \(sharing.received) taken in, "
            + "\(sharing.waiting) wait"
            + (sharing.refused > 0 ? ", \(sharing.refused) left out" : "")
            + (sharing.reread > 0 ? ", all read again \(sharing.reread) times" : "")
        let stores =
            sharing.stores.count < 2
            ? []
            : sharing.stores.map { store in
                "store     \(store.address), \(store.connected ? "connected" : "not connected"), "
                    + "\(store.published) facts published, \(store.waiting) wait, lag \(store.lag_milliseconds) ms"
            }
        guard showsNodes else { return [summary] + stores }
        return [summary] + stores
            + sharing.nodes.map { node in
                "server    \(node.name) (\(node.server)\(node.server == sharing.server ? ", this one" : "")): argotd "
                    + "\(node.version), \(node.mode), up \(FigureText.age(node.uptime_seconds)), \(node.sessions_open) of "
                    + "\(node.sessions_begun) sessions open, \(node.waiting) facts wait, lag "
                    + "\(node.lag_milliseconds) ms"
                    + (node.clock_seconds != 0 ? ", clock \(node.clock_seconds) s off" : "")
                    + ", told \(FigureText.age(node.told_seconds)) ago"
            }
    }

    private static func words(_ senders: StatusDocument.Senders) -> String {
        guard let age = senders.age_seconds else {
            return "not scored: nobody is known to send spam yet (traps, argot senders label, argot senders import)"
        }
        return "\(senders.clusters) spam clusters, scored \(FigureText.age(age)) ago; \(senders.senders) in "
            + "\(FigureText.age(senders.window_seconds)), \(senders.spam) known to send spam"
    }

    private static func words(_ group: StatusDocument.Senders.Group) -> String {
        guard let age = group.age_seconds, let sequence = group.sequence else { return "no snapshot in force" }
        return
            "snapshot \(sequence), \(FigureText.age(age)) old, \(group.listed) senders listed, \(group.clusters) spam "
            + "clusters of \(group.sites) sites; \(group.domains) domains of this site"
    }

    private static func words(_ learning: StatusDocument.Learning) -> String {
        let judgements = learning.judgements.map { "\($0.source) \($0.verdict) \($0.count)" }
        return "\(learning.sightings) messages and refused sessions kept; judgements: "
            + (judgements.isEmpty ? "none yet" : judgements.joined(separator: ", "))
    }

    private static func words(ways: String) -> String {
        switch ways {
        case "direct": ""
        case "front": " (do not count: all clients come by one way)"
        default: " (do not count before clients of 16 networks have come)"
        }
    }

    private var verdicts: String {
        if status.verdicts.isEmpty { return "none yet" }
        return status.verdicts.map {
            "\($0.action)\($0.action == $0.applied ? "" : " (\($0.applied) applied)") \($0.count)"
        }
        .joined(separator: ", ")
    }
}
