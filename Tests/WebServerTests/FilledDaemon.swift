import BrowserLab
import ClientLab
import DaemonLab
import Decision
import FakeMTA
import Foundation
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLiteStore
import Sessions

@testable import WebServer

/// argotd with a journal that was written before its start, and argot-web beside it.
final class FilledDaemon: Sendable {
    static let password = "correct horse battery"
    static let hostile = "<img src=x onerror=alert(1)>\u{202e}&\"'"

    let daemon: ArgotDaemon
    let web: WebProcess

    /// - Parameter verdicts: how many verdicts the journal has beside the few that tests look for.
    init(verdicts: Int = 40) throws {
        daemon = try ArgotDaemon([
            "transcript_file": "DIRECTORY/transcripts.jsonl", "journal_addresses": "clear",
            "journal_retention": "3650d",
        ])
        try FileManager.default.createDirectory(atPath: daemon.path("data"), withIntermediateDirectories: true)
        let key = try HashingKey.loadOrCreate(file: daemon.path("data/hashing.key"))
        let store = try Store(path: daemon.path("data/argot.sqlite"), hashingKey: key)
        let now = Int64(Date().timeIntervalSince1970)
        var changes = (0..<verdicts).map {
            StoreChange.verdict(Self.record(number: $0, now: now), showsAddresses: true)
        }
        changes += [Self.bot, Self.stranger].map { .verdict($0(now), showsAddresses: true) }
        let network = ClientAddress(ipv4: 0xC000_020E).network(prefixLength: 24)
        var lie = LieRecord(
            time: UnixTime(seconds: now - 500),
            key: LieKey(recipient: key.hash(recipient: "user2@lab.example"), network: key.hash(network: network)),
            recipientShown: "us…@lab.example", dialect: "festi", reasons: ["dialect.bot"], session: "bot-1")
        lie.timesTold = 3
        changes.append(.memory(.lie(lie)))
        try store.apply(changes)
        try daemon.write(Self.transcript(began: Double(now - 500)) + "\n", to: "transcripts.jsonl")
        try daemon.start()
        let hash = try PasswordHash(of: Self.password).text
        web = try WebProcess(
            FilterProcess.executable("argot-web"),
            """
            argotd_config = \(daemon.configurationFile)
            users = alice steer \(hash)
                    bob look \(hash)
            """, in: daemon.directory.path)
    }

    private static func record(number: Int, now: Int64) -> VerdictRecord {
        let words = [["dialect.bot", "name.missing"], ["helo.plain", "name.generic"], ["none"], ["history.good"]][
            number % 4]
        let verdict: Verdict = [.reject, .tempfail, .accept, .accept][number % 4]
        return VerdictRecord(
            time: UnixTime(seconds: now - 100_000 + Int64(number % 99_000)), session: "other-\(number)",
            client: "198.51.\(number / 250 % 250).\(number % 250 + 1)", sender: "a\(number % 97)@sender.example",
            recipient: "user\(number % 31)@lab.example", verdict: verdict, applied: .accept,
            reasons: words.map(Reason.init(word:)), dialect: number % 4 == 0 ? "festi" : "", queueID: "Q\(number)",
            mode: .observe)
    }

    private static func bot(_ now: Int64) -> VerdictRecord {
        VerdictRecord(
            time: UnixTime(seconds: now - 500), session: "bot-1", client: "192.0.2.14", sender: "pat@elsewhere.example",
            recipient: "user2@lab.example", verdict: .fakeReject, applied: .accept,
            reasons: ["dialect.bot", "name.missing", "greylist.new"].map(Reason.init(word:)), dialect: "festi",
            dialectState: "festi:rcpt", queueID: "4QUEUE1", mode: .observe)
    }

    private static func stranger(_ now: Int64) -> VerdictRecord {
        VerdictRecord(
            time: UnixTime(seconds: now - 400), session: hostile, client: "192.0.2.15", sender: hostile + "@x.example",
            recipient: hostile + "@lab.example", verdict: .tempfail, applied: .accept,
            reasons: [hostile].map(Reason.init(word:)), dialect: hostile, dialectState: hostile, queueID: "4QUEUE2",
            mode: .observe)
    }

    private static func transcript(began: Double) -> String {
        var log = EventLog()
        let events: [(SessionEvent.Kind, [String])] = [
            (.helo, ["192.0.2.14"]), (.mail, ["<pat@elsewhere.example>"]), (.rcpt, ["<user2@lab.example>"]),
            (.data, []),
            (.header, ["Subject", hostile]), (.eoh, []), (.eom, []),
        ]
        for (index, event) in events.enumerated() {
            log.append(event.0, parts: event.1.map { Array($0.utf8) }, at: UInt64(index) * 250_000)
        }
        let transcript = SessionTranscript(
            id: "bot-1", source: "argotd", began: began, vantage: .milterPostfix,
            peers: SessionPeers(
                client: ClientAddress("192.0.2.14"), clientPort: 1_025, clientName: nil, resolution: .fail,
                mta: .postfix),
            events: log, ending: .afterMessage)
        return TranscriptDocument.line(for: transcript)
    }
}
