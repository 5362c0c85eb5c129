import DialectLearning
import Dialects
import Foundation
import SMTP
import ScratchFiles
import Sessions
import Testing

@testable import Evaluation

/// What hellos and SYNs say of the lab's programs, and what is counted of it.
struct ConnectionEvaluationTests {
    private static let windows = "8192/116/mss1460,nop,ws8,nop,nop,sok"
    private static let linux = "64240/57/mss1460,sok,ts,nop,ws7"
    private static let go = "t13i190800_9dc949149365_97f8aa674fd9"

    /// The lab's conversations with a whole delivery, a few of each program.
    private func deliveries() throws -> [SessionTranscript] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "contrib/lab/recordings")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "jsonl" }.sorted { $0.path < $1.path }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { line in
                ["/plain/", "/full/", "/tls/", "/pipelining/"].contains { line.contains($0) }
            }.map { try TranscriptDocument.transcript(from: String($0), file: file.path, line: 1) }
        }
    }

    @Test(
        "No program of the lab is contradicted by its own hello, nor by its system's SYN",
        arguments: [Vantage.wire, .milterPostfixWire, .milterPostfixTap, .milterSendmailTap, .milterPostfix])
    func honest(vantage: Vantage) throws {
        let model = DialectModel.starter()
        let table = ConnectionTable(model: model)
        let machine = DecisionMachine(model: model, vantage: vantage)
        let linux = try #require(SYNPattern.seen(Self.linux)).pattern
        var found: [ConnectionFinding: Int] = [:]
        for transcript in try deliveries() {
            let dialogue = try #require(DialogueReader.dialogue(from: transcript))
            let speakers = DialogueJudgement(machine: machine, dialogue: dialogue).beforeData.speakers
            let program = model.dialects.first { $0.name == transcript.kind }
            let (own, isHostile) = (program?.connection, program?.dialectClass.isHostile ?? false)
            for hello in own?.hellos.keys ?? [:].keys {
                let finding = table.finding(of: hello, speaking: speakers)
                #expect(
                    finding != .other && (finding != .own || isHostile),
                    "\(transcript.id) \(hello) \(speakers.map(\.name))")
                found[finding, default: 0] += 1
            }
            let shapes = [linux] + (own.map { Array($0.shapes.keys) } ?? [])
            for shape in shapes {
                let finding = table.finding(of: shape, speaking: speakers)
                #expect(
                    finding != .other && (finding != .own || isHostile),
                    "\(transcript.id) \(shape) \(speakers.map(\.name))")
                found[finding, default: 0] += 1
            }
        }
        // A test that finds nobody who speaks would find no contradiction either.
        if vantage != .milterPostfix { #expect(found[.agrees, default: 0] > 0, "\(found)") }
        // Medusa's hello is nobody else's.
        if vantage == .wire { #expect(found[.own, default: 0] > 0, "\(found)") }
    }

    @Test("Conversations are counted by what they show")
    func rows() throws {
        let scratch = try Scratch()
        let model = try DialectDocument.model(
            from: """
                argot-dialects 2
                dialect one mta
                  origin test
                  state a EHLO {fqdn}
                  state b NOOP odd
                  on start any to a
                  on a any to b
                  final good b
                  tls openssl
                  hello t13d311000_e8f1e7e78f70_d41ae481755e
                  tcp linux
                dialect two library
                  origin test
                  state a HELO {ip}
                  on start any to a
                  final good a
                  tls go
                  hello \(Self.go)
                dialect three bot
                  origin test
                  state a HELO {literal}
                  on start any to a
                  final good a
                  tcp windows

                """, file: "test"
        ).get()
        func line(_ label: String, syn: String?, hello: String?) -> String {
            let events =
                (syn.map { ["{\"dir\":\"C\",\"t\":0,\"raw\":\"\",\"event\":\"tcp\",\"args\":[\"\($0)\"]}"] } ?? [])
                + [
                    "{\"dir\":\"S\",\"t\":0,\"raw\":\"220 mx\\r\\n\"}",
                    "{\"dir\":\"C\",\"t\":0,\"raw\":\"EHLO mail.example.org\\r\\n\"}",
                ]
                + (hello.map { ["{\"dir\":\"C\",\"t\":0,\"raw\":\"\",\"event\":\"hello\",\"args\":[\"\($0)\"]}"] } ?? [])
            return
                "{\"conv_id\":\"x\",\"source\":\"s\",\"t0\":0,\"kind\":\"k\",\"label_guess\":\"\(label)\",\"close\":[],"
                + "\"events\":[" + events.joined(separator: ",") + "]}\n"
        }
        let file = try scratch.write(
            "t.jsonl",
            line("legit", syn: Self.linux, hello: Self.go) + line("bot", syn: Self.windows, hello: nil)
                + line("legit", syn: "1/64/mss", hello: "t13d010000_aaaaaaaaaaaa_bbbbbbbbbbbb")
                + line("legit", syn: nil, hello: nil))
        var machines = LeaveOneOutMachines(model: model, vantage: .wire, leavesOut: false)
        var evaluation = DialectEvaluation()
        try evaluation.add(file: file, by: &machines, mode: .likelihood)
        let rows = ConnectionEvaluation(evaluation.cases, of: model).rows
        #expect(rows.map(\.vantage) == ["tls", "tcp"])
        #expect(rows.map(\.shown) == [2, 3] && rows.map(\.known) == [1, 2] && rows.map(\.mixed) == [0, 0])
        #expect(rows[0].honest.agrees + rows[0].honest.other + rows[0].honest.own + rows[0].honest.unknown == 2)
        #expect(rows[1].honest.agrees + rows[1].honest.other + rows[1].honest.own + rows[1].honest.unknown == 2)
        #expect(rows[1].hostile.agrees + rows[1].hostile.other + rows[1].hostile.own + rows[1].hostile.unknown == 1)
    }
}
