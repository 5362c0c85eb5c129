import ClientLab
import Foundation
import SMTP
import Sessions

/// What a program of the lab was recorded to say, said again to a real mail server in the same pieces.
///
/// It waits for as many replies as it had when it was recorded. The forward-paths are replaced, so that the server takes
/// them; nothing else is changed.
public struct RecordedRun {
    /// The program.
    public let kind: String
    /// The recorded conversation.
    public let id: String
    /// What was said this time, by both.
    public let record: ConversationRecord

    /// Where the lab's recordings are.
    public static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../contrib/lab/recordings").standardized.path

    /// The recordings of conversations that no variation of the server has bent: one for each program, or all for bots.
    public static func transcripts() throws -> [SessionTranscript] {
        var found: [SessionTranscript] = []
        let files = FileManager.default
        for folder in ["", "/bots"] {
            for name in try files.contentsOfDirectory(atPath: directory + folder).sorted()
            where name.hasSuffix(".jsonl") {
                var isFirst = true
                try TranscriptDocument.read(file: "\(directory)\(folder)/\(name)") { transcript in
                    let scenario = transcript.id.split(separator: "/").dropFirst().first ?? ""
                    let isUsual = scenario.hasPrefix("plain") || folder != "" && scenario == "two-recipients"
                    guard isUsual, isFirst || folder != "", !beginsTLS(transcript) else { return }
                    isFirst = false
                    found.append(transcript)
                }
            }
        }
        return found
    }

    /// TLS cannot be said again.
    private static func beginsTLS(_ transcript: SessionTranscript) -> Bool {
        transcript.events.contains { event in
            event.kind == .encrypted
                || event.kind == .client
                    && String(decoding: event.bytes.prefix(8), as: UTF8.self).uppercased() == "STARTTLS"
        }
    }

    /// Says it to `server` as `identity`.
    public init(
        _ transcript: SessionTranscript, server: any MailServer, as identity: ClientIdentity
    ) throws(LabError) {
        kind = transcript.kind ?? ""
        id = transcript.id
        // Another server may have less to say than the recorded one: what was said until then counts.
        let conversation = try SMTPConversation(to: server, as: identity, replyLimit: .seconds(5))
        do {
            try Self.speak(transcript, conversation)
        } catch {
            guard error.code == .connectionClosed || error.code == .timedOut else { throw error }
        }
        conversation.drop()
        record = conversation.record
    }

    private static func speak(_ transcript: SessionTranscript, _ conversation: SMTPConversation) throws(LabError) {
        var heard = 0
        var due = 0
        for event in transcript.events {
            switch event.kind {
            case .server: due += replies(in: event.bytes)
            case .client:
                while heard < due {
                    let reply = try conversation.readReply()
                    heard += 1
                    // A server that will not take the message would be sent text as commands.
                    let last = conversation.record.exchanges.last
                    if last?.command.uppercased() == "DATA", reply.code != 354 { return }
                }
                try conversation.write(readdressed(Array(event.bytes)))
            default: break
            }
        }
        while heard < due {
            try conversation.readReply()
            heard += 1
        }
    }

    /// How many replies end in these bytes.
    private static func replies(in bytes: ArraySlice<UInt8>) -> Int {
        bytes.split(separator: UInt8(ascii: "\n")).count { line in
            line.count >= 3 && line.prefix(3).allSatisfy { 0x30...0x39 ~= $0 }
                && (line.count == 3 || line.dropFirst(3).first != UInt8(ascii: "-"))
        }
    }

    /// The same with a recipient that the server knows.
    private static func readdressed(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        let pattern = /(?i)(rcpt[ \t]+to[ \t]*:[ \t]*<?)[^<>@ \r\n]+@[^<> \r\n]+/
        return Array(text.replacing(pattern) { "\($0.output.1)user1@lab.example" }.utf8)
    }
}
