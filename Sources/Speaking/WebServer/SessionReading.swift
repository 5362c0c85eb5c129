import Configuration
import Decision
import Dialects
import EnvelopeTraining
import Envelopes
import FoundationEssentials
import KeyedHashing
import Memory
import Policy
import SMTP
import Sessions
import WebPages

/// Reads a session's conversation out of the transcripts, where argotd keeps them, and has it judged again line by line,
/// by what is in force now: the same judge, and nothing is written.
struct SessionReading {
    private let configuration: Configuration

    /// By what is configured.
    init(_ configuration: Configuration) { self.configuration = configuration }

    /// The most lines of a page.
    static let longest = 500

    /// What was said in the session of that name.
    func conversation(of name: String) -> Conversation {
        guard !configuration.transcriptFile.isEmpty else {
            return Conversation(note: "argotd keeps no transcripts: set transcript_file to see what was said.")
        }
        var fault = ""
        for file in [configuration.transcriptFile, configuration.transcriptFile + ".1"] {
            do {
                if let transcript = try TranscriptSearch.transcript(name, in: file) { return conversation(transcript) }
            } catch {
                if file == configuration.transcriptFile { fault = " \(error)" }
            }
        }
        return Conversation(note: "What was said is not in the transcripts, or no longer.\(fault)")
    }

    /// The lines of a transcript with what was found at each.
    func conversation(_ transcript: SessionTranscript) -> Conversation {
        let isCut = transcript.events.count > Self.longest
        let cut = isCut ? " Only the first \(Self.longest) lines are shown." : ""
        guard transcript.vantage.filteredServer != nil else {
            let lines = transcript.events.prefix(Self.longest).map { Self.line($0) }
            return Conversation(lines: lines, note: "Recorded on the wire: lines are shown as they came.\(cut)")
        }
        let judge: SessionJudge
        do {
            judge = try self.judge(transcript)
        } catch {
            let lines = transcript.events.prefix(Self.longest).map { Self.line($0) }
            return Conversation(lines: lines, note: "It cannot be judged again: \(error).\(cut)")
        }
        var findings = LineFindings()
        let began = Int64(clamping: Int((transcript.began ?? 0).rounded(.down).clamped))
        let lines = transcript.events.prefix(Self.longest).map { event in
            let now = UnixTime(seconds: began) + Int64(clamping: event.time / 1_000_000)
            let decision = judge.take(event.kind, event.bytes.span, at: now).decision
            var line = Self.line(event)
            line.found = findings.words(at: event, of: judge, decision, at: now)
            line.posterior = findings.posterior
            return line
        }
        return Conversation(
            lines: lines, note: "Judged again, line by line, by the models in force now.\(cut)",
            pictureText: findings.posterior == nil
                ? "" : "How likely the client was a hostile engine after each line, by how it speaks")
    }

    private func judge(_ transcript: SessionTranscript) throws -> SessionJudge {
        let (dialects, name) = try ModelFile.read(configuration.modelFile).get()
        var policy = configuration.policy
        policy.retryList = try RetryListFile.read(configuration.retryListFile)
        if policy.nameLookups == .auto { policy.nameLookups = .yes }
        let envelopes = configuration.envelopeModel.flatMap { $0.isExpected ? $0.path : nil }
        let snapshot = DecisionSnapshot(
            model: dialects, modelSource: name, policy: policy,
            matching: configuration.dialectMatching == .paper ? .paper : .likelihood,
            envelopes: try envelopes.map(EnvelopeModelFile.read), siteDialects: try siteDialects())
        return SessionJudge(
            id: transcript.id, snapshot: snapshot, memory: DecisionMemory(key: .random(), policy: policy),
            peers: transcript.peers, vantage: transcript.vantage)
    }

    private func siteDialects() throws -> SiteDialects? {
        guard let place = configuration.siteDialects, place.isExpected else { return nil }
        return try SiteDialectsDocument.dialects(
            from: Array(try Data(contentsOf: URL(filePath: place.path))), file: place.path)
    }

    private static func line(_ event: SessionEvent) -> Conversation.Line {
        let parts = event.parts.map { String(decoding: $0.prefix(4_000), as: UTF8.self) }
        let isBytes = event.kind == .client || event.kind == .server
        let text = isBytes ? parts.joined() : ([event.kind.rawValue] + parts).joined(separator: " ")
        return Conversation.Line(
            seconds: Double(event.time) / 1_000_000, isFromClient: event.kind.isFromClient, text: text)
    }
}

extension Double {
    /// Seconds that a clock can show.
    fileprivate var clamped: Double { isNaN ? 0 : min(max(self, 0), 1e12) }
}
