import FoundationEssentials
public import SMTP

/// Why a transcript cannot be read.
public typealias TranscriptError = DocumentFault

/// Transcripts as JSON, one object a line.
///
/// The form is a superset of what captures are kept in: `source conv_id client_ip client_port server_ip server_port t0
/// label_guess kind note gaps close origin events[t dir len raw]`. A milter's transcript adds `vantage mta client_name
/// client_resolve client_connections server_name`, and to each event `event` and `args`, from which it is read back;
/// `raw` then shows the command as it could have been sent.
///
/// Since `format` 2 whatever is no byte of either side (TLS begins, bytes are missing) is an event of its own. Lines without
/// `format` have texts such as `[TLS]` for it; see ``TranscriptMarks``.
public enum TranscriptDocument {
    /// The transcript as one line without its line end.
    public static func line(for transcript: SessionTranscript) -> String {
        let began = transcript.began
        let peers = transcript.peers
        let last = transcript.events.last?.time ?? 0
        let isMilter = transcript.vantage.filteredServer != nil
        let line = TranscriptLine(
            format: currentFormat, source: transcript.source, conv_id: transcript.id,
            client_ip: peers.client?.description,
            client_port: peers.clientPort.map(Int.init), client_name: peers.clientName,
            client_resolve: peers.resolution == .unknown ? nil : peers.resolution.rawValue,
            client_connections: peers.connections, server_ip: peers.server?.description,
            server_port: peers.serverPort.map(Int.init), server_name: peers.serverName,
            mta: peers.mta == .unknown ? nil : peers.mta.rawValue, vantage: transcript.vantage.rawValue, t0: began,
            label_guess: transcript.labelGuess, kind: transcript.kind, note: transcript.note, gaps: transcript.gaps,
            close: transcript.closings.map {
                .init(t: time($0.time, after: began), by: $0.isByClient ? "C" : "S", what: $0.manner.rawValue)
            }
                + (transcript.ending == .unknown
                    ? [] : [.init(t: time(last, after: began), by: "C", what: transcript.ending.rawValue)]),
            origin: transcript.origin,
            events: transcript.events.map { event in
                let isBytes = event.kind == .client || event.kind == .server
                let raw = isMilter ? CommandLine.rendering(event) : isBytes ? Array(event.bytes) : []
                return TranscriptLine.Event(
                    t: time(event.time, after: began), dir: event.kind.isFromClient ? "C" : "S", len: raw.count,
                    raw: latin1(raw), event: isBytes ? nil : event.kind.rawValue,
                    args: isBytes ? nil : event.parts.map(latin1))
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A struct of strings and finite numbers always encodes.
        let data = (try? encoder.encode(line)) ?? Data()
        return PrintableText.json(document: String(decoding: data, as: UTF8.self))
    }

    /// Reads one line.
    ///
    /// - Parameters:
    ///   - file: the name of the file, for errors.
    ///   - number: the line's number, counted from 1, for errors.
    public static func transcript(from text: some StringProtocol, file: String, line number: Int)
        throws(TranscriptError) -> SessionTranscript
    {
        func refuse(_ problem: String) -> TranscriptError {
            TranscriptError(file: file, line: number, problem: problem)
        }
        let line: TranscriptLine
        do {
            line = try JSONDecoder().decode(TranscriptLine.self, from: Data(text.utf8))
        } catch {
            throw refuse("this is not a transcript: \(explain(error)): write one JSON object per line")
        }
        let vantage = line.vantage.flatMap(Vantage.init(rawValue:)) ?? .wire
        if let word = line.vantage, Vantage(rawValue: word) == nil { throw refuse("unknown vantage \"\(word)\"") }
        if let format = line.format, !(1...currentFormat).contains(format) {
            throw refuse(
                "format \(format) is not known: read it with the version of Argot that wrote it, or a later one")
        }
        for time in [line.t0] + line.events.map(\.t) + (line.close ?? []).map(\.t) {
            guard let time else { continue }
            guard knownTimes.contains(time) else { throw refuse("\(time) is not a time: write seconds since 1970") }
        }
        var log = EventLog(events: line.events.count)
        var marks = line.format == nil || line.format == 1 ? TranscriptMarks() : nil
        var micros: UInt64 = 0
        for event in line.events {
            // Time does not go back, whatever the document says.
            micros = max(micros, time(event.t, since: line.t0))
            if let word = event.event {
                guard let kind = SessionEvent.Kind(rawValue: word) else { throw refuse("unknown event \"\(word)\"") }
                guard let parts = bytes(event.args ?? []) else { throw refuse("event \(word) is not Latin-1") }
                log.append(kind, parts: parts, at: micros)
            } else {
                guard let raw = bytes([event.raw])?.first, event.dir == "C" || event.dir == "S" else {
                    throw refuse("an event has no direction C or S, or is not Latin-1")
                }
                let kind: SessionEvent.Kind = event.dir == "C" ? .client : .server
                switch marks?.take(raw, from: kind) ?? .text {
                case .text: log.append(kind, raw, at: micros)
                case .tlsBegins: log.append(.encrypted, at: micros)
                case .tlsGoesOn: break
                }
            }
        }
        let closings = (line.close ?? []).compactMap { closing -> SessionTranscript.Closing? in
            guard let manner = closing.what.flatMap(SessionTranscript.Closing.Manner.init(rawValue:)) else {
                return nil
            }
            return .init(time: time(closing.t, since: line.t0), isByClient: closing.by == "C", manner: manner)
        }
        let peers = SessionPeers(
            client: line.client_ip.flatMap { ClientAddress($0) },
            clientPort: line.client_port.flatMap { UInt16(exactly: $0) }, clientName: line.client_name,
            resolution: line.client_resolve.flatMap(HostResolution.init(rawValue:)) ?? .unknown,
            server: line.server_ip.flatMap { ClientAddress($0) },
            serverPort: line.server_port.flatMap { UInt16(exactly: $0) }, serverName: line.server_name,
            mta: line.mta.flatMap(MTA.init(rawValue:)) ?? .unknown,
            connections: line.client_connections.map { min(max(0, $0), mostOfAnything) })
        return SessionTranscript(
            id: line.conv_id, source: line.source ?? file, began: line.t0, vantage: vantage, peers: peers, events: log,
            ending: line.close?.last?.what.flatMap(SessionTranscript.Ending.init(rawValue:)) ?? .unknown,
            closings: closings, gaps: min(max(0, line.gaps ?? 0), mostOfAnything), labelGuess: line.label_guess,
            kind: line.kind,
            origin: line.origin ?? "transcript",
            note: line.note)
    }

    /// The longest line that is read. What Argot writes is far shorter.
    public static let maximumLineBytes = 64 << 20

    private static func isDevice(_ path: String) -> Bool {
        let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
        return type == .typeCharacterSpecial
    }

    /// Reads a file of transcripts, handing over one at a time; empty lines are passed over. The file is mapped, not
    /// loaded, so its size does not matter.
    public static func read(file: String, _ body: (SessionTranscript) throws -> Void) throws {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe)
        } catch  where isDevice(file) {
            // A device has no content that could be mapped: it holds nothing, as /dev/null.
            data = Data()
        } catch {
            throw TranscriptError(file: file, line: 0, problem: "cannot be read: check path and permissions")
        }
        if let kind = wrongKind(data.prefix(4)) { throw TranscriptError(file: file, line: 0, problem: kind) }
        var start = data.startIndex
        var number = 0
        while start < data.endIndex {
            let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) ?? data.endIndex
            number += 1
            guard end - start <= maximumLineBytes else {
                throw TranscriptError(
                    file: file, line: number, problem: "the line is longer than \(maximumLineBytes) bytes")
            }
            let text = String(decoding: data[start..<end], as: UTF8.self)
            if !text.allSatisfy(\.isWhitespace) { try body(transcript(from: text, file: file, line: number)) }
            start = end < data.endIndex ? data.index(after: end) : data.endIndex
        }
    }

    /// What a file is that is not text, by its first bytes, and what to do with it.
    private static func wrongKind(_ head: Data) -> String? {
        let captures: [[UInt8]] = [
            [0xa1, 0xb2, 0xc3, 0xd4], [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x4d, 0x3c, 0xb2, 0xa1],
            [0xa1, 0xb2, 0xcd, 0x34], [0x34, 0xcd, 0xb2, 0xa1], [0x0a, 0x0d, 0x0d, 0x0a],
        ]
        if captures.contains(where: { head.elementsEqual($0) }) {
            return "is a capture, not a file of transcripts: make transcripts of it with \"argot dialects import\""
        }
        guard head.starts(with: [0x1f, 0x8b]) else { return nil }
        return "is compressed with gzip: decompress it, or make transcripts of it with \"argot dialects import\""
    }

    /// How lines are written now.
    private static let currentFormat = 2

    /// More connections or gaps nobody counts.
    private static let mostOfAnything = 1_000_000_000

    /// The times that can be worked with: 1970 to 5138.
    private static let knownTimes = 0...1e11

    private static func time(_ micros: UInt64, after began: Double?) -> Double? {
        began.map { (($0 + Double(micros) / 1e6) * 1e6).rounded() / 1e6 }
    }

    private static func time(_ seconds: Double?, since began: Double?) -> UInt64 {
        guard let seconds, let began, seconds > began else { return 0 }
        return UInt64(((seconds - began) * 1e6).rounded())
    }

    private static func latin1(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }

    private static func bytes(_ texts: [String]) -> [[UInt8]]? {
        var result: [[UInt8]] = []
        for text in texts {
            var bytes: [UInt8] = []
            for scalar in text.unicodeScalars {
                guard let byte = UInt8(exactly: scalar.value) else { return nil }
                bytes.append(byte)
            }
            result.append(bytes)
        }
        return result
    }

    private static func explain(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" has the wrong type"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" is out of range"
        default: "the JSON is broken"
        }
    }
}
