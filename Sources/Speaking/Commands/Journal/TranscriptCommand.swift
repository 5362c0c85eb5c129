import ArgumentParser
import SMTP
import Sessions

/// `argot transcript`
struct TranscriptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcript", abstract: "Prints recorded sessions in readable form.")

    @Argument(help: "Files of transcripts, one JSON object per line.", completion: .file())
    var files: [String]

    @Option(name: .long, help: ArgumentHelp("Only this session.", valueName: "session"))
    var session: String?

    func run() throws {
        var count = 0
        var found = 0
        for file in files {
            try TranscriptDocument.read(file: file) { transcript in
                count += 1
                guard session == nil || session == transcript.id else { return }
                found += 1
                print(Self.text(of: transcript))
            }
        }
        let names = files.joined(separator: ", ")
        guard count > 0 else { throw CommandError("\(names): no transcript: an empty file") }
        if let session, found == 0 {
            throw CommandError(
                "there is no session \(session) among the \(count) in \(names): argot transcript without --session "
                    + "lists them"
            )
        }
    }

    static func text(of transcript: SessionTranscript) -> String {
        let peers = transcript.peers
        var lines = [
            "session \(PrintableText(transcript.id)) client \(peers.client?.description ?? "-")"
                + " name \(PrintableText(peers.clientName ?? "-")) resolution \(peers.resolution.rawValue)"
                + " vantage \(transcript.vantage.rawValue) ended \(transcript.ending.rawValue)"
                + (transcript.gaps > 0 ? " gaps \(transcript.gaps)" : "")
        ]
        for event in transcript.events {
            let micros = String(event.time)
            let time = String(repeating: " ", count: max(0, 10 - micros.count)) + micros
            let parts = event.parts.map { printable($0) }.joined(separator: " ")
            lines.append("\(time) us \(event.kind.isFromClient ? ">" : "<") \(event.kind.rawValue) \(parts)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The bytes as printable ASCII; a terminal must not obey what a bot sends.
    private static func printable(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case 0x0d: text += "\\r"
            case 0x0a: text += "\\n"
            case 0x20...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + byte.padded(to: 2, radix: 16)
            }
        }
        return text
    }
}
