import ArgumentParser
import Control
import Judgements
import SMTP
import Sockets
import StoredMail
import Terminal

/// `argot judge`
struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Tells argotd that a message is spam, or honest.",
        discussion: """
            Reads one message on standard input, of any size; only its headers are used. The message is found by the \
            queue id in the Received field that this site's own mail server wrote, else by its Message-ID. The server's \
            names are those after --by; by default this host's name and Postfix's myhostname.

            Exits with 0 if the judgement was taken, 1 if argotd does not know the message (of another site, too old, or \
            not watched), 65 if there is no message or it has no header, 69 if argotd cannot be reached or does not take \
            judgements by people, 75 if it cannot take it now and the same call should be repeated later. Scripts that \
            deliver mail must deliver it whatever the exit code is.
            """)

    @Argument(help: "What the message is: spam or honest.", completion: .list(["spam", "honest"]))
    var verdict: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A mail server of this site, as its Received fields name it; may be repeated.", valueName: "host"))
    var by: [String] = []

    @Flag(name: .long, help: "Judge the messages attached to the message, not the message itself.")
    var attached = false

    @OptionGroup var options: JudgementSocketOptions

    func validate() throws {
        guard JudgementKind(rawValue: verdict) != nil else { throw ValidationError("say spam or honest") }
    }

    func run() throws {
        // The message is read whatever comes of it, so that who writes it is not cut off.
        let message: MessageStream
        do {
            message = try MessageStream(path: "-", seeksAttached: attached)
        } catch {
            try give(.noMessage, "standard input: \(error.problem)")
        }
        guard !message.isEmpty else { try give(.noMessage, "standard input is empty: give it a message") }
        let heads = attached ? message.attached : [message.head]
        guard !heads.isEmpty else { try give(.noMessage, "no message (message/rfc822) is attached to this one") }
        guard let socket = try options.name() else {
            try give(.unavailable, "judgement_socket is empty: set it and restart argotd, or use --socket")
        }
        let judging = MessageJudging(
            kind: JudgementKind(rawValue: verdict) ?? .spam, hosts: SiteHosts.names(by),
            ask: {
                JudgementReception(of: $0, at: socket)
            })
        var worst: JudgeOutcome?
        for head in heads {
            let (outcome, words) = judging.judge(head)
            if outcome == .taken { print(words) } else { Output.note("argot: \(words)") }
            worst = max(worst ?? outcome, outcome)
        }
        if let worst, worst != .taken { throw ExitCode(worst.rawValue) }
    }

    private func give(_ outcome: JudgeOutcome, _ words: String) throws -> Never {
        Output.note("argot: \(words)")
        throw ExitCode(outcome.rawValue)
    }
}
