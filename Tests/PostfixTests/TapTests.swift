import ClientLab
import Control
import DaemonLab
import Foundation
import Testing

/// A tap beside Postfix: clients that come themselves are joined, those behind a proxy are not, and neither suffers.
@Suite("A tap beside Postfix", Requirements.postfix)
struct TapTests {
    private static let settings = TapProcess.settings.merging(["transcript_file": "DIRECTORY/transcripts"]) { $1 }

    /// The vantages and lines of the sessions so far, once there are so many.
    private func sessions(_ lab: FilteredPostfix, _ count: Int) -> [(vantage: String, lines: [[String]])] {
        func found() -> [WrittenTranscript] {
            lab.daemon.contents(of: "transcripts").split(separator: "\n").compactMap {
                try? JSONDecoder().decode(WrittenTranscript.self, from: Data($0.utf8))
            }
        }
        _ = Poll.until(.after(.seconds(60))) { found().count >= count }
        return found().map { one in (one.vantage, one.events.filter { $0.event == "line" }.map { $0.args ?? [] }) }
    }

    @Test("What a client says is told, commands that it sends together too")
    func joined() throws {
        let lab = try FilteredPostfix(Self.settings)
        let tap = try TapProcess(for: lab.daemon, port: lab.postfix.port)
        let client = try SMTPConversation(port: lab.postfix.port)
        try client.readReply()
        try client.expect(250, "ehlo Client.example")
        try client.write(
            "MAIL From:<a@client.example>\r\nRSET\r\nMAIL FROM: <b@client.example>\r\nRCPT to:<user1@lab.example>\n")
        for _ in 1...4 { try client.readReply() }
        try client.expect(221, "QUIT")
        let found = sessions(lab, 1)
        #expect(found.map(\.vantage) == ["milter-postfix+tap"])
        #expect(
            found.first?.lines == [
                ["ehlo Client.example", "whole"], ["MAIL From:", "path"], ["RSET", "whole", "joined", "early-offered"],
                ["MAIL FROM: ", "path", "joined", "early-offered"],
                ["RCPT to:", "path", "wrong-end", "joined", "early-offered"], ["QUIT", "whole"],
            ])
        let status = try TapProcess.status(of: lab.daemon)
        #expect(status.sessions == 1 && status.lost == 0 && status.late == 0 && status.dropped == 0, "\(status)")
        #expect(tap.stop() == .exited(0))
    }

    @Test("Behind a proxy nothing joins, and mail goes on")
    func behindAProxy() throws {
        let lab = try FilteredPostfix(Self.settings)
        let tap = try TapProcess(for: lab.daemon, port: lab.postfix.port)
        #expect(try lab.send(.honest).code == 250)
        // The proxy itself is joined until it says whom it speaks for.
        let transcript = try WrittenTranscript.awaitOne(of: lab.daemon, from: MailClient.honest.identity.address)
        #expect(!transcript.events.contains { $0.event == "line" })
        #expect(transcript.events.contains { $0.event == "lines-lost" })
        #expect(try TapProcess.status(of: lab.daemon).late >= 1)
        tap.stop()
    }
}
