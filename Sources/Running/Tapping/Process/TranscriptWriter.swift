import SMTP

/// Writes transcripts of the wire as `argot dialects import` writes them, one JSON object per line: see
/// `packaging/doc/transcripts.md`. By hand, because a library for it would be larger than the whole program.
enum TranscriptWriter {
    /// A transcript as a line, without its end. O(number of bytes).
    static func line(for transcript: SessionTranscript) -> String {
        let began = transcript.began.map { UInt64(max(0, $0) * 1_000_000) } ?? 0
        func time(_ micros: UInt64) -> String { seconds(began &+ micros) }
        var fields: [String] = []
        let peers = transcript.peers
        if let client = peers.client { fields.append("\"client_ip\":\"\(client)\"") }
        if let port = peers.clientPort { fields.append("\"client_port\":\(port)") }
        let closings = transcript.closings.map {
            "{\"by\":\"\($0.isByClient ? "C" : "S")\",\"t\":\(time($0.time)),\"what\":\"\($0.manner.rawValue)\"}"
        }
        fields.append("\"close\":[\(closings.joined(separator: ","))]")
        fields.append("\"conv_id\":\(PrintableText(transcript.id).json)")
        let events = transcript.events.map { event(of: $0, at: time($0.time)) }
        fields.append("\"events\":[\(events.joined(separator: ","))]")
        fields.append("\"format\":2")
        fields.append("\"gaps\":\(transcript.gaps)")
        fields.append("\"origin\":\"pcap\"")
        if let server = peers.server { fields.append("\"server_ip\":\"\(server)\"") }
        if let port = peers.serverPort { fields.append("\"server_port\":\(port)") }
        fields.append("\"source\":\(PrintableText(transcript.source).json)")
        fields.append("\"t0\":\(seconds(began))")
        fields.append("\"vantage\":\"\(transcript.vantage.rawValue)\"")
        return "{" + fields.joined(separator: ",") + "}"
    }

    private static func event(of event: SessionEvent, at time: String) -> String {
        let direction = event.kind.isFromClient ? "C" : "S"
        if event.kind == .client || event.kind == .server {
            return
                "{\"dir\":\"\(direction)\",\"len\":\(event.bytes.count),\"raw\":\(latin1(event.bytes)),\"t\":\(time)}"
        }
        let parts = event.parts.map(latin1).joined(separator: ",")
        return
            "{\"args\":[\(parts)],\"dir\":\"\(direction)\",\"event\":\"\(event.kind.rawValue)\",\"len\":0,\"raw\":\"\","
            + "\"t\":\(time)}"
    }

    /// Bytes as a string of JSON in which each is the character with its number.
    private static func latin1(_ bytes: ArraySlice<UInt8>) -> String {
        PrintableText(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))).json
    }

    private static func seconds(_ micros: UInt64) -> String {
        "\(micros / 1_000_000)." + (micros % 1_000_000).padded(to: 6)
    }
}
