import ClientLab
import DaemonLab
import DialectLearning
import Dialects
import SMTP
import Sessions
import Testing

/// The programs and bots of the lab, through a real Postfix whose command lines are told: what argotd then knows of each is
/// what the wire itself shows of it.
@Suite("Recorded clients through Postfix with the command hook")
struct RecordedClientTests {
    /// Who is known for less by its lines than at the wire, and for what is left out.
    static let exceptions = [
        "impatient": "sends on without waiting for replies: time and segments are not told",
        "pregreeter": "speaks before the greeting: time is not told",
    ]

    private struct Judgement: CustomStringConvertible {
        var best: String
        var verdict: String
        var description: String { "\(best) (\(verdict))" }

        /// Whether the decision is the same, and where there is one, whose dialect it is.
        func agrees(with other: Judgement) -> Bool {
            verdict == other.verdict && (best == other.best || verdict == "ambiguous" || verdict == "unknown")
        }

        init(_ posterior: DialectPosterior) {
            best = posterior.best.first?.name.name ?? ""
            verdict = "\(posterior.verdict)"
        }
    }

    @Test func everyRecordedClient() throws {
        let lab = try FilteredPostfix.hooked(["transcript_file": "DIRECTORY/transcripts"])
        let model = DialectModel.starter()
        let (wire, told) = (
            DecisionMachine(model: model, vantage: .wire), DecisionMachine(model: model, vantage: .milterPostfixWire)
        )
        var differing: [String] = []
        let transcripts = try RecordedRun.transcripts()
        #expect(Set(transcripts.compactMap(\.kind)).count >= 100)
        for (number, transcript) in transcripts.enumerated() {
            let identity = ClientIdentity(
                "198.51.\(100 + number / 200).\(number % 200 + 1)", name: transcript.peers.clientName)
            let run = try RecordedRun(transcript, server: lab.server, as: identity)
            let seen = try HandedOver(run.record, of: lab.daemon, from: identity.address)
            #expect(seen.vantage == "milter-postfix+wire", "\(run.id)")
            #expect(seen.difference == nil, "\(run.id)")
            let dialogue = seen.dialogue
            func judgement(_ machine: DecisionMachine) -> Judgement {
                var walk = DialogueMatcher(machine: machine, dialogue: dialogue)
                walk.finish()
                return Judgement(walk.matcher.posterior)
            }
            let (byWire, byLines) = (judgement(wire), judgement(told))
            if !byWire.agrees(with: byLines) {
                differing.append("\(run.id): \(byWire) at the wire, \(byLines) by lines")
            }
        }
        let unexplained = differing.filter { text in !Self.exceptions.keys.contains { text.hasPrefix($0 + "/") } }
        #expect(unexplained == [])
        let idle = Self.exceptions.keys.filter { name in !differing.contains { $0.hasPrefix(name + "/") } }
        #expect(idle == [], "these are told as well as the wire shows them")
        let counts = try lab.daemon.wireCounts()
        #expect(counts.lost == 0)
        #expect(counts.sessions >= UInt64(transcripts.count))
    }
}
