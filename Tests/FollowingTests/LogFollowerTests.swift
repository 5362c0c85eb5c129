import Control
import Files
import Foundation
import LogLines
import MailLogs
import SMTP
import ScratchFiles
import Testing

@testable import Following

/// Logs that are followed: lines in, requests out, and how far it came.
struct LogFollowerTests {
    private let now = UnixTime(year: 2_026, month: 11, day: 30) + 43_200

    private func line(_ id: String) -> String {
        "Nov 30 12:00:00 mx rspamd[5]: <a1b2c3>; task; rspamd_task_write_log: id: <1@x>, qid: <\(id)>, ip: 192.0.2.1, "
            + "from: <a@b>, (default: T (reject): [16.00/15.00] [X(1.00)]), len: 9\n"
    }

    private func append(_ text: String, to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    @Test("What is logged is handed over once, and the next run goes on from there")
    func resumes() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/mail.log"
        try append(line("4AAAAA") + "nonsense\n" + line("4BBBBB"), to: path)
        var asked: [String] = []
        func ask(_ request: HTTPRequest) -> JudgementReception {
            asked.append(request.query["queue_id"] ?? "")
            return .taken(kept: 1)
        }
        var words = WordReader()
        var follower = try LogFollower(file: path, positions: FollowedPositions())
        try follower.step(&words, at: now, ask: ask)
        try follower.step(&words, at: now, ask: ask)
        #expect(asked == ["4AAAAA", "4BBBBB"] && follower.isIdle && words.counts.unread == 1)
        let kept = scratch.path + "/positions.json"
        try follower.positions.write(kept)
        try append(line("4CCCCC"), to: path)
        var next = try LogFollower(file: path, positions: .read(kept))
        try next.step(&words, at: now, ask: ask)
        #expect(asked == ["4AAAAA", "4BBBBB", "4CCCCC"])
    }

    @Test("While argotd is away nothing is kept as read, and little is read")
    func daemonAway() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/mail.log"
        try append((0..<3_000).map { line("4A\($0)XXX") }.joined(), to: path)
        var words = WordReader()
        var follower = try LogFollower(file: path, positions: FollowedPositions())
        for _ in 0..<5 { try follower.step(&words, at: now) { _ in .unreachable("no") } }
        #expect(follower.positions.files.isEmpty && follower.queue.unsent == WordQueue.mostWaiting)
        #expect(follower.remarks.count == 1 && !follower.isIdle)
        var count = 0
        for _ in 0..<5 {
            try follower.step(&words, at: now + 10) { _ in
                count += 1
                return .taken(kept: 1)
            }
        }
        #expect(count == 3_000 && follower.positions.files[path] != nil && follower.isIdle)
    }

    @Test("The journal is read by its program, from a cursor on")
    func journal() throws {
        let scratch = try Scratch()
        let entry = { (cursor: String, id: String) in
            #"{"__CURSOR":"\#(cursor)","__REALTIME_TIMESTAMP":"1796040000000000","SYSLOG_IDENTIFIER":"rspamd","#
                + #""MESSAGE":"<a>; task; rspamd_task_write_log: id: <1@x>, qid: <\#(id)>, ip: 192.0.2.1, from: <a@b>, "#
                + #"(default: F (no action): [0.00/15.00] [X(1.00)]), len: 9 \"__CURSOR\":\"forged\""}"#
        }
        let program = try scratch.write(
            "journalctl",
            "#!/bin/sh\necho \"$@\" >>\(scratch.path)/arguments\ncat <<'END'\n\(entry("s=1;i=7", "4AAAAA"))\n"
                + "\(entry("s=1;i=8", "4BBBBB"))\nEND\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        var words = WordReader()
        var follower = LogFollower(
            journal: FollowedJournal(after: "s=1;i=6", program: program, follows: false), positions: FollowedPositions()
        )
        var asked: [String] = []
        let deadline = ContinuousClock.now + .seconds(10)
        while !follower.isIdle, ContinuousClock.now < deadline {
            try follower.step(&words, at: now) { request in
                asked.append((request.query["verdict"] ?? "") + (request.query["queue_id"] ?? ""))
                return .taken(kept: 1)
            }
        }
        #expect(asked == ["honest4AAAAA", "honest4BBBBB"] && follower.positions.journal == "s=1;i=8")
        let arguments = try String(contentsOfFile: scratch.path + "/arguments", encoding: .utf8)
        #expect(arguments.contains("--output=json") && arguments.contains("--after-cursor=s=1;i=6"))
        #expect(!arguments.contains("--follow"))
    }

    @Test("A file that is no file of positions says so")
    func positions() throws {
        let scratch = try Scratch()
        let path = try scratch.write("positions.json", "nonsense")
        #expect(throws: DocumentFault.self) { try FollowedPositions.read(path) }
        #expect(try FollowedPositions.read(scratch.path + "/none") == FollowedPositions())
    }
}
