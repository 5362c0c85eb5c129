import Sink
import SMTP
import Synchronization
import SystemPackage
import Terminal

/// What `argot sink` prints while it runs: a line a session.
final class SinkReport: Sendable {
    private struct Line: Encodable {
        let session: String
        let client: String?
        let variation: String?
        let events: Int
        let bytes: Int
        let gaps: Int
    }

    private let isQuiet: Bool
    private let isJSON: Bool
    private let toldProblem = Mutex(false)

    init(isQuiet: Bool, isJSON: Bool) {
        self.isQuiet = isQuiet
        self.isJSON = isJSON
    }

    func begin(address: String, mode: SinkMode) {
        guard !isQuiet, !isJSON else { return }
        Self.put("listening at \(address), mode \(mode.rawValue)")
    }

    func show(_ transcript: SessionTranscript, problem: String?) {
        if let problem { tellOnce(problem) }
        guard !isQuiet else { return }
        let events = transcript.events
        if isJSON {
            let line = Line(
                session: transcript.id, client: transcript.peers.client?.description, variation: transcript.note,
                events: events.count, bytes: events.byteCount, gaps: transcript.gaps)
            if let text = try? Output.line(line) { Self.put(text) }
        } else {
            Self.put(
                "\(transcript.id) client \(transcript.peers.client?.description ?? "-") played \(transcript.note ?? "none") "
                    + "events \(events.count) bytes \(events.byteCount)"
                    + (transcript.gaps > 0 ? " gaps \(transcript.gaps)" : ""))
        }
    }

    func end(_ counts: (finished: Int, refused: Int)) {
        guard !isQuiet, !isJSON else { return }
        Self.put("\(counts.finished) sessions, \(counts.refused) connections refused")
    }

    private func tellOnce(_ problem: String) {
        let isNew = toldProblem.withLock { told in
            defer { told = true }
            return !told
        }
        if isNew { Output.note(problem) }
    }

    /// A line at once, whoever reads: a sink may run for weeks behind a pipe.
    private static func put(_ line: String) {
        _ = try? FileDescriptor.standardOutput.writeAll((PrintableText(line).description + "\n").utf8)
    }
}
