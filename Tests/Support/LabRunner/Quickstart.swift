import ClientLab
import Foundation
import Glibc

/// The tour: real clients and bots talk to a Postfix with argotd, first observed, then enforced.
struct Quickstart {
    let options: LabOptions.Quickstart
    let cleanup: Cleanup

    /// Runs the whole tour.
    func run() throws {
        guard geteuid() == 0 else {
            throw LabError(.missingPrivilege, "a private Postfix needs root", remedy: "run this as root")
        }
        let directory = try makeDirectory()
        Console.say("working in \(directory)")

        let plain = try makeStage("plain", in: directory, settings: ["mode=observe"], isHooked: false)
        let unhooked = try playRealClients(on: plain) + playPersonas(on: plain)
        let observing = try makeStage("observe", in: directory, settings: ["mode=observe"])
        Console.say("argotd observes, Postfix listens on 127.0.0.1:\(observing.postfix.port)\n")
        let acts = try playRealClients(on: observing) + playPersonas(on: observing)
        Console.say("MODE observe: real mail software first, then bots")
        show(acts, on: observing, besides: VerdictLine.byClient(inLogAt: plain.log, awaiting: unhooked.map(\.address)))
        Console.say(Self.observeLegend)

        let enforcing = try makeStage(
            "enforce", in: directory,
            settings: [
                "mode=enforce", "enforce=tempfail,fakereject", "certain_action=fakereject", "fake_reject_fraction=1",
                "fake_reject_share=1",
            ])
        let punished = try playPersonas(on: enforcing)
        Console.say("MODE enforce (tempfail, fakereject): the same bots")
        show(punished, on: enforcing)
        Console.say(Self.enforceLegend)

        if options.keepsRunning { waitForever(observing, enforcing, directory) }
        cleanup.run()
        Console.say("Done; argotd and Postfix have ended, and \(directory) is removed.")
    }

    private func makeDirectory() throws -> String {
        guard let directory = options.directory else {
            return try cleanup.adopt(undo: { scratch in scratch.remove() }, { try ScratchDirectory() }).path
        }
        guard access(directory, F_OK) != 0 else {
            throw LabError(.unusableDirectory, "exists already", at: directory, remedy: "name a new one")
        }
        return try cleanup.adopt(undo: { path in try? FileManager.default.removeItem(atPath: path) }) {
            do {
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            } catch {
                throw LabError(.unusableDirectory, "cannot be made (\(error))", at: directory)
            }
            return directory
        }
    }

    private func makeStage(
        _ name: String, in directory: String, settings: [String], isHooked: Bool = true
    ) throws -> Stage {
        try cleanup.adopt(undo: { stage in stage.stop() }) {
            try Stage(directory: "\(directory)/\(name)", daemon: options.daemon, settings: settings, isHooked: isHooked)
        }
    }

    private func playRealClients(on stage: Stage) throws -> [Act] {
        let missing = RealClient.allCases.filter { Executable.path(of: $0.executable) == nil }
        if !missing.isEmpty {
            let packages = missing.map(\.package).joined(separator: " ")
            Console.say("some clients are left out; to include them: apt-get install \(packages)\n")
        }
        let sender = try PostfixSenderRun(
            server: stage.postfix, to: ["user1@lab.example"], directory: "\(stage.directory)/sender")
        let server = Act(name: "postfix", address: sender.identity.address, record: sender.record)
        let programs = try RealClient.allCases.filter { !missing.contains($0) }.map { client in
            let run = try RealClientRun(
                client, server: stage.postfix, to: ["user1@lab.example"], directory: "\(stage.directory)/clients")
            return Act(name: client.rawValue, address: run.identity.address, record: run.record)
        }
        return [server] + programs
    }

    private func playPersonas(on stage: Stage) throws -> [Act] {
        try Persona.all.map { persona in
            let isGuessing = persona.reset != nil
            let recipients = isGuessing ? ["admin@lab.example", "sales@lab.example"] : []
            let run = try PersonaRun(persona, server: stage.postfix, to: recipients + ["user2@lab.example"])
            return Act(name: persona.name, address: run.identity.address, record: run.record)
        }
    }

    /// - Parameter plain: what was logged of the same clients without their command lines; `nil` for no such column.
    private func show(_ acts: [Act], on stage: Stage, besides plain: [String: VerdictLine]? = nil) {
        let verdicts = VerdictLine.byClient(inLogAt: stage.log, awaiting: acts.map(\.address))
        var table = Table(
            columns: [
                .init(heading: "client", limit: 15), .init(heading: "what it said", limit: plain == nil ? 37 : 34),
                .init(heading: "dialect", limit: 12),
            ] + (plain == nil ? [] : [.init(heading: "with the wire", limit: 13)]) + [
                .init(heading: "verdict", limit: 11),
                .init(heading: "reason", limit: 15), .init(heading: "what it got", limit: 20),
            ])
        for act in acts {
            let verdict = verdicts[act.address]
            let isApplied = verdict?.applied == nil || verdict?.applied == verdict?.action
            let action = verdict?.action ?? "-"
            table.rows.append(
                [
                    "\(act.name)\n\(act.address)", act.essence,
                ] + (plain.map { [$0[act.address]?.dialect ?? "-"] } ?? []) + [
                    verdict?.dialect ?? "-", isApplied ? action : "\(action)\n(did: \(verdict?.applied ?? ""))",
                    verdict?.reason?.replacingOccurrences(of: ",", with: ", ") ?? "-", act.reply,
                ])
        }
        Console.say(table.lines.joined(separator: "\n"))
        let missing = acts.filter { verdicts[$0.address] == nil }.map(\.name)
        if !missing.isEmpty {
            let text = "argotd logged nothing about: \(missing.joined(separator: ", "))"
            Console.say(Table.wrap(text, to: 110).joined(separator: "\n"))
        }
    }

    private func waitForever(_ observing: Stage, _ enforcing: Stage, _ directory: String) {
        for (name, stage) in [("observe", observing), ("enforce", enforcing)] {
            Console.say(
                """
                \(name): SMTP on 127.0.0.1:\(stage.postfix.port), argotd is process \(stage.daemon.processID)
                  argotd's log   \(stage.log)
                  control socket \(stage.directory)/control.sock (argot status --socket …)
                  Postfix's log  \(stage.postfix.directory)/mail.log
                  mailbox        \(stage.postfix.directory)/mail/inbox/new
                """)
        }
        Console.say(
            """

            Try it yourself, as any client you like:
              swaks --server 127.0.0.1:\(enforcing.postfix.port) --xclient-addr 192.0.2.99 --xclient-name '[UNAVAILABLE]' \\
                --helo 192.0.2.99 --from a@elsewhere.example --to user1@lab.example
            Ctrl-C stops both, and removes \(directory).
            """)
        while true { pause() }
    }

    private static let observeLegend = """

        How to read it: "dialect" is what Argot recognised in the way the client spoke by what Postfix hands
        a filter, "with the wire" what it recognises where the command hook tells it the lines themselves (see
        "The wire" in the README). "verdict" is what it would do with such a client, "reason" the evidence
        for it. In the default mode, observe, nothing is
        done: every client got the reply that Postfix alone would have given, and the mail was delivered.

        """

    private static let enforceLegend = """

        Now the verdicts are applied: "tempfail" is a 4xx that real mail software answers with a later retry
        and most bots do not; "fakereject" is Postfix's own text for an unknown user, so that the bot takes
        a good address off its list. A client without a verdict, honest or just unknown, is left alone.

        """
}
