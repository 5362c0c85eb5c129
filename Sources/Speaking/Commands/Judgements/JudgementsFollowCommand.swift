import ArgumentParser
import Configuration
import Control
import Files
import Following
import FoundationEssentials
import Glibc
import Keeping
import LogLines
import MailLogs
import Policy
import SMTP
import Sockets
import Terminal

/// `argot judgements follow`
struct JudgementsFollowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow", abstract: "Reads filters' judgements from logs while they are written.",
        discussion: """
            Follows logs of Postfix or Sendmail, amavis, spamd and rspamd, or the journal, and tells argotd by queue id \
            what filters thought of messages: lines of amavis, spamd and rspamd, and refusals at the end of a message \
            whose text is a filter's (of spamass-milter, rspamd, amavis, or named with --reply). Argot's own refusals \
            have none of these texts. It also tells whom authenticated users write to.

            Without a file, /var/log/mail.log is followed, or the journal if there is no such file. Rotation is followed: \
            files that are renamed, and files that are copied and truncated. How far it has read is kept in --position, \
            and the next run goes on from there. Run it as a user who may read the logs (group adm on Debian) and may \
            use the judgement socket.
            """)

    @Argument(help: "Logs to follow.", completion: .file())
    var files: [String] = []

    @Flag(name: .long, help: "Follow the journal.")
    var journal = false

    @Flag(name: .long, help: "Read what is new, hand it over, and exit.")
    var once = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A filter of this site refuses spam with a text that begins so; may be repeated.", valueName: "text"))
    var reply: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keep in this file how far logs were read; by default followed-logs.json in data_directory.",
            valueName: "file"),
        completion: .file())
    var position: String?

    @Option(
        name: .customLong("time-zone"), parsing: .unconditional,
        help: ArgumentHelp("The zone of times without one, as for \"argot senders import\".", valueName: "zone"))
    var timeZone = "local"

    @Option(name: .long, help: .hidden)
    var journalctl = "journalctl"

    @OptionGroup var options: JudgementSocketOptions

    /// The log that Debian's syslog writes.
    private static let standardLog = "/var/log/mail.log"
    /// What is read and not followed by anything is told this often, in seconds.
    private static let (reportInterval, silence): (Int64, Int64) = (3_600, 86_400)
    /// Positions are written at most this often, in seconds.
    private static let keepInterval: Int64 = 10
    private static let pause: UInt32 = 500_000

    func validate() throws {
        if journal, !files.isEmpty { throw ValidationError("use either --journal or files") }
        guard LogZone(timeZone) != nil else {
            throw ValidationError("--time-zone must be local, UTC, +HH:MM, -HH:MM or a name below /usr/share/zoneinfo")
        }
        for text in reply {
            guard text.utf8.count >= 5 else {
                throw ValidationError("--reply \"\(text)\" is too short to be told apart")
            }
            if let own = Self.ownReplies.first(where: { Self.isAlike($0, text) }) {
                throw ValidationError(
                    "--reply \"\(text)\" is what Argot or the mail server itself says (\"\(own)\"): Argot must not learn "
                        + "from that")
            }
        }
    }

    func run() throws {
        guard let socket = try options.name() else {
            throw CommandError("judgement_socket is empty: set it and restart argotd, or use --socket")
        }
        let path = try position ?? options.sources.load().files.path + "/followed-logs.json"
        var positions = try FollowedPositions.read(path)
        let usesJournal =
            journal || files.isEmpty && !FileManager.default.fileExists(atPath: Self.standardLog)
        let names = usesJournal ? ["the journal"] : files.isEmpty ? [Self.standardLog] : files
        let zone = (LogZone(timeZone) ?? .local).offsets()
        let followers = try names.map { name in
            FollowerBox(
                usesJournal
                    ? LogFollower(
                        journal: FollowedJournal(after: positions.journal, program: journalctl, follows: !once),
                        positions: positions)
                    : try LogFollower(file: name, positions: positions, zone: zone))
        }
        var words = WordReader(replies: reply)
        var report = FollowingReport(interval: Self.reportInterval, silence: Self.silence)
        while true {
            let now = UnixTime(seconds: Int64(time(nil)))
            var isIdle = true
            for (name, box) in zip(names, followers) {
                try box.follower.step(&words, at: now) { JudgementReception(of: $0, at: socket) }
                for remark in box.follower.remarks { Output.note("argot: \(name): \(remark)") }
                box.follower.remarks = []
                isIdle = isIdle && box.follower.isIdle
                positions.files.merge(box.follower.positions.files.filter { $0.key == name }) { $1 }
                if usesJournal { positions.journal = box.follower.positions.journal }
            }
            let isOver = once && isIdle
            try keep(positions, path, &report, at: now, isLast: isOver)
            if isOver { break }
            for line in report.due(words, followers.map { $0.follower.queue.counts }, at: now) {
                Output.note("argot: \(line)")
            }
            usleep(Self.pause)
        }
        for line in FollowingReport.lines(words, followers.map { $0.follower.queue.counts }) { print(line) }
    }

    /// Writes the positions when they have changed, now and then: what is read again is handed over again, and says the same.
    private func keep(
        _ positions: FollowedPositions, _ path: String, _ report: inout FollowingReport, at now: UnixTime, isLast: Bool
    ) throws {
        guard positions != report.kept, isLast || report.keptAt.isOver(Self.keepInterval, at: now) else { return }
        try positions.write(path)
        (report.kept, report.keptAt) = (positions, now)
    }

    /// What Argot answers, and what mail servers say of unknown users, which Argot may imitate.
    private static let ownReplies: [String] =
        ((try? [RefusalReply.greylisted(), RefusalReply.refusedByPolicy()]) ?? []).flatMap(\.lines)
        + UnknownUserTable.allCases.map(\.postfixText) + ["User unknown"]

    private static func isAlike(_ one: String, _ other: String) -> Bool {
        let (one, other) = (one.lowercased(), other.lowercased())
        return one.hasPrefix(other) || other.hasPrefix(one)
    }

    /// Holds a follower, which cannot be copied, in a list.
    private final class FollowerBox {
        var follower: LogFollower

        init(_ follower: consuming LogFollower) { self.follower = follower }
    }
}
