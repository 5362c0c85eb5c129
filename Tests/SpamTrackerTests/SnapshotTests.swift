import SMTP
import Seeded
import Testing

@testable import SpamTracker

@Suite("The score snapshot")
struct SnapshotTests {
    private let created = UnixTime(seconds: 1_000)

    @Test("it scores as the model works it out", arguments: 1...3)
    func equalsTheModel(_ seed: UInt64) throws {
        let model = try Sample.model(seed: seed)
        let snapshot = ScoreSnapshot(model, created: created)
        let rows = Sample.traffic(seed: seed &+ 50, from: 900)
        for index in 0..<rows.count {
            let expected = model.features(of: rows.row(index), sender: rows.senders[index])
            let score = snapshot.score(of: rows.senders[index], row: rows.row(index))
            #expect(zip(score.features.values, expected.values).allSatisfy { abs($0 - $1) < 1e-5 })
            #expect(abs(score.logOdds - model.combinedModel.logOdds(expected)) < 1e-4)
            #expect((0...1).contains(score.probability))
        }
    }

    @Test("bots of a campaign score above honest senders, by targets alone and unseen before")
    func separates() throws {
        let snapshot = ScoreSnapshot(try Sample.model(seed: 5), created: created)
        let stranger = SenderKey(ClientAddress(ipv4: 0xC0A8_0101))
        let bot = snapshot.score(of: stranger, recipients: ["d0.example", "d1.example", "d3.example"])
        let honest = snapshot.score(of: stranger, recipients: ["d12.example"])
        #expect(bot.contrast > 0)
        #expect(honest.contrast < 0)
        #expect(bot.probability > 0.9)
        #expect(honest.probability < 0.5)
        #expect(bot.features.history == 0)
        #expect(!bot.hasHistory)
        #expect(bot.cluster != nil)
        #expect(bot.reasons.first.map { $0.feature == "targets" } == true)
    }

    @Test("domains of one campaign together say more than domains of two campaigns")
    func hearsTogetherness() throws {
        let snapshot = ScoreSnapshot(try Sample.model(seed: 6), created: created)
        let stranger = SenderKey(ClientAddress(ipv4: 0xC0A8_0101))
        let one = snapshot.score(of: stranger, recipients: (0..<4).map { "d\($0).example" })
        let mixed = snapshot.score(of: stranger, recipients: [0, 1, 6, 7].map { "d\($0).example" })
        #expect(one.features.together > 0)
        #expect(mixed.features.together < one.features.together)
        #expect(snapshot.score(of: stranger, recipients: ["d0.example"]).features.together == 0)
    }

    @Test("evidence and confidence grow with the number of distinct known domains")
    func statesConfidence() throws {
        let snapshot = ScoreSnapshot(try Sample.model(seed: 7), created: created)
        let stranger = SenderKey(ClientAddress(ipv4: 0xC0A8_0101))
        let scores = (0...6).map { count in
            snapshot.score(of: stranger, recipients: (0..<count).map { "d\($0).example" })
        }
        #expect(scores.map(\.evidence) == [.none, .little, .some, .some, .ample, .ample, .ample])
        for (fewer, more) in zip(scores, scores.dropFirst()) { #expect(fewer.confidence < more.confidence) }
        let repeated = snapshot.score(of: stranger, recipients: Array(repeating: "d0.example", count: 50))
        #expect(abs(repeated.confidence - scores[1].confidence) < 1e-12)
        let unknown = snapshot.score(of: stranger, recipients: ["never.example", "seen.example"])
        #expect(unknown.evidence == .none)
        #expect(unknown.confidence == 0)
        #expect(unknown.domainCount == 2)
    }

    @Test("a sender of the window is judged by its row and the recipients at hand")
    func usesTheWindow() throws {
        let model = try Sample.model(seed: 8)
        let sender = SenderKey(ClientAddress(ipv4: 0xC0A8_0101))
        var rows = SenderRows()
        rows.append(sender: sender, label: nil, row: Sample.row([(0, 1), (1, 1)]))
        let snapshot = ScoreSnapshot(model, rows: rows, created: created)
        #expect(snapshot.score(of: sender) == snapshot.score(of: sender, row: rows.row(0)))
        let more = snapshot.score(of: sender, recipients: ["d1.example", "d2.example"])
        #expect(more == snapshot.score(of: sender, row: Sample.row([(0, 1), (1, 2), (2, 1)])))
        #expect(snapshot.age(at: created + 60) == 60)
    }

    @Test("camouflage with popular domains does not outweigh the campaign's targets")
    func discountsPopularDomains() throws {
        var model = SenderModel()
        var lines: [(sender: Int, label: SenderLabel?, cells: [(Int, Int)])] = []
        for bot in 0..<30 { lines.append((bot * 300, .spam, [(bot % 5, 1), ((bot + 1) % 5, 1)])) }
        for sender in 0..<500 { lines.append((5_000_000 + sender * 300, .honest, [(12, 1 + sender % 4)])) }
        model.learn(Sample.rows(lines), table: Sample.table(14), until: UnixTime(seconds: 86_400))
        let plain = (Double(1) + 0) / 2
        let weight = model.domains.discount(of: 12)
        let target = model.domains.discount(of: 0)
        #expect(weight / (weight + target) < plain)
        let row = Sample.row([(0, 1), (12, 1)])
        let features = model.features(of: row, sender: Sample.key(77_777))
        let even = (model.domains.weight(of: 0) + model.domains.weight(of: 12)) / 2
        #expect(features.targets > even)
    }

    @Test("a model that knows nothing, or one side only, gives no opinion")
    func staysSilent() throws {
        var model = SenderModel()
        let empty = ScoreSnapshot(model, created: created).score(of: Sample.key(1), recipients: ["d0.example"])
        #expect(empty.contrast == 0)
        #expect(empty.probability == 0.5)
        #expect(empty.evidence == .none)
        model.learn(
            Sample.rows([(1, .spam, [(0, 1)])]), table: Sample.table(2), until: UnixTime(seconds: 86_400))
        #expect(!model.canJudge)
        let oneSided = ScoreSnapshot(model, created: created).score(of: Sample.key(1), recipients: ["d0.example"])
        #expect(oneSided.contrast == 0)
    }

    @Test("unlabelled senders are background, at a lower weight; labels are never made up")
    func learnsFromUnlabelled() {
        var model = SenderModel()
        var lines: [(sender: Int, label: SenderLabel?, cells: [(Int, Int)])] = []
        for bot in 0..<20 { lines.append((bot * 300, .spam, [(0, 1)])) }
        for sender in 0..<20 { lines.append((5_000_000 + sender * 300, nil, [(1, 1)])) }
        model.learn(Sample.rows(lines), table: Sample.table(2), until: UnixTime(seconds: 86_400))
        #expect(model.domains.spamTotal == 20)
        #expect(abs(model.domains.backgroundTotal - 20 * model.settings.unlabelledWeight) < 1e-9)
        #expect(model.domains.weight(of: 0) > model.domains.weight(of: 1))
    }

    @Test("a period's senders are judged by the past only: turning its labels over changes no feature kept of it")
    func looksOnlyBack() throws {
        let past = try Sample.model(seed: 9, periods: 2)
        let rows = Sample.traffic(seed: 77, from: 333)
        var turned = SenderRows()
        for index in 0..<rows.count {
            turned.append(
                sender: rows.senders[index], label: rows.labels[index] == .spam ? .honest : .spam, row: rows.row(index))
        }
        var (one, other) = (past, past)
        one.learn(rows, table: past.table, until: UnixTime(seconds: 3 * 86_400))
        other.learn(turned, table: past.table, until: UnixTime(seconds: 3 * 86_400))
        let kept = one.examples.suffix(rows.count).map(\.features.values).sorted { $0.description < $1.description }
        let keptTurned = other.examples.suffix(rows.count).map(\.features.values)
            .sorted { $0.description < $1.description }
        #expect(kept == keptTurned)
    }
}

@Suite("The sender model document")
struct SenderModelDocumentTests {
    @Test("writing and reading gives the same document and the same scores, bit for bit")
    func roundTrips() throws {
        var model = try Sample.model(seed: 11)
        model.settings.sensors.trusted = [0, 3, 5]
        let text = SenderModelDocument.text(for: model)
        let read = try SenderModelDocument.model(from: text, file: "m")
        #expect(SenderModelDocument.text(for: read) == text)
        let (first, second) = (
            ScoreSnapshot(model, created: UnixTime(seconds: 0)), ScoreSnapshot(read, created: UnixTime(seconds: 0))
        )
        let rows = Sample.traffic(seed: 70)
        for index in 0..<rows.count {
            #expect(
                first.score(of: rows.senders[index], row: rows.row(index))
                    == second.score(of: rows.senders[index], row: rows.row(index)))
        }
        // Learning goes on as if nothing had happened.
        var (one, other) = (model, read)
        one.learn(rows, table: model.table, until: UnixTime(seconds: 9 * 86_400))
        other.learn(rows, table: read.table, until: UnixTime(seconds: 9 * 86_400))
        #expect(SenderModelDocument.text(for: one) == SenderModelDocument.text(for: other))
    }

    @Test("names of any kind survive", arguments: ["", "a b", "100%", "ü.example", "\u{1}", "%", "plain.example"])
    func escapes(_ name: String) {
        let written = SenderModelDocument.escaped(name)
        #expect(!written.isEmpty)
        #expect(!written.contains(" "))
        #expect(SenderModelDocument.unescaped(Substring(written)) == name)
    }

    @Test(
        "faults are named with their line and a remedy",
        arguments: [
            ("", 0, "empty"), ("hello\n", 1, "first line"), ("argot-senders 9\n", 1, "version 9"),
            ("argot-senders 2\nnonsense 1\n", 2, "not a keyword"),
            ("argot-senders 2\nsenders 1 nan\nend 2\n", 2, "finite"),
            ("argot-senders 2\nsenders 1 -1\nend 2\n", 2, "below 0"), ("argot-senders 2\nend 7\n", 2, "not as many"),
            ("argot-senders 2\ninput 1\n", 0, "cut off"), ("argot-senders 2\nend 1\nend 1\n", 3, "after \"end\""),
            ("argot-senders 2\ntable 1 1\ndomain a\ndomain b\n", 4, "more domains"),
            ("argot-senders 2\ntable 2 1\ncolumn 9 1 1 1\n", 3, "not a domain of the table"),
            ("argot-senders 2\ntable 2 1\ncluster 3 1:1 0:2\n", 3, "ascend"),
            ("argot-senders 2\ntable 99999999999 1\n", 2, "whole numbers"),
            ("argot-senders 2\ntable 2 2\ndomain a\ndomain a\nend 4\n", 0, "twice"),
        ])
    func namesFaults(_ text: String, _ line: Int, _ part: String) throws {
        let fault = try #require(throws: DocumentFault.self) {
            _ = try SenderModelDocument.model(from: text, file: "m.senders")
        }
        #expect(fault.file == "m.senders")
        #expect(fault.line == line)
        #expect(fault.problem.contains(part))
    }

    @Test("damaged documents are refused or read, and never crash", arguments: 1...200)
    func survivesDamage(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array(Self.document.utf8)
        switch seed % 3 {
        case 0: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator))
        case 1:
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
        default:
            let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
            for _ in 0..<5 {
                bytes[digits.randomElement(using: &generator)!] = Array("0123456789-.e %:\n".utf8)
                    .randomElement(using: &generator)!
            }
        }
        guard let model = try? SenderModelDocument.model(from: String(decoding: bytes, as: UTF8.self), file: "m") else {
            return
        }
        let score = ScoreSnapshot(model, created: UnixTime(seconds: 0))
            .score(of: Sample.key(1), recipients: ["d0.example", "d7.example"])
        #expect(!score.probability.isNaN || model.combinedModel.weights.contains { abs($0) > 1e100 })
    }

    private static let document = (try? Sample.model(seed: 12, periods: 2)).map(SenderModelDocument.text(for:)) ?? ""
}
