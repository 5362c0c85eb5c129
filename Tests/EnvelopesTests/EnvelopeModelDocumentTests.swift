import Documents
import SMTP
import Seeded
import Testing

@testable import Envelopes

@Suite struct EnvelopeModelDocumentTests {
    private static let good = """
        argot-envelopes 1
        origin spam 10 9 honest 8 7
        # a remark
        moment before-data
        bias -0.5
        calibration 0.9 0.1
        weight helo.form single 1.5
        moment after-headers
        bias 0
        calibration 1 0
        weight mailer.family The%20Bat! 2
        """

    @Test func anyAnswerSurvives() {
        var generator = SeededGenerator(seed: 63)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let escaped = EnvelopeModelDocument.escaped(bytes)
            #expect(escaped.utf8.allSatisfy { 0x21...0x7e ~= $0 })
            #expect(EnvelopeModelDocument.unescaped(escaped[...]) == bytes)
        }
    }

    @Test(
        arguments: [
            ("argot-envelopes 1", "argot-envelopes 2", 1, "train it again"),
            ("origin spam 10 9", "origin spam 10", 2, "four counts"),
            ("moment before-data", "moment before-lunch", 4, "before-data or after-headers"),
            ("bias -0.5", "bias nan", 5, "not a number"), ("bias -0.5", "bias 1e9", 5, "not a number"),
            ("calibration 0.9 0.1", "calibration -1 0", 6, "greater than 0"),
            ("weight helo.form", "weight helo.colour", 7, "unknown question"),
            ("single 1.5", "single one", 7, "not a number"), ("single 1.5", "sin%zzgle 1", 7, "hexadecimal"),
            ("weight helo.form single 1.5", "weight mailer.family x 1", 7, "not known before DATA"),
            ("weight helo.form single 1.5", "wait", 7, "unknown statement"),
            ("# a remark", "bias 1", 3, "before the first moment"),
            ("# a remark", "origin spam 1 1 honest 1 1", 3, "twice"),
            ("moment after-headers", "moment before-data", 8, "twice"),
            ("bias 0\n", "\n", 0, "missing"),
        ])
    func faultsAreToldWithTheirLine(part: String, replacement: String, line: Int, problem: String) throws {
        let range = try #require(Self.good.firstRange(of: part))
        let text = Self.good[..<range.lowerBound] + replacement + Self.good[range.upperBound...]
        let error = #expect(throws: DocumentFaults.self) {
            try EnvelopeModelDocument.model(from: text.utf8, file: "m")
        }
        let fault = try #require(error?.faults.first)
        #expect(fault.file == "m")
        #expect(fault.line == line)
        #expect(fault.problem.contains(problem), "\(fault)")
    }

    @Test func theGoodOneIsGood() throws {
        let model = try EnvelopeModelDocument.model(from: Self.good.utf8, file: "m")
        #expect(model.weightCount == 2)
        #expect(model.afterHeaders.weight(of: TextToken(.mailerFamily, Array("The Bat!".utf8))) == 2)
    }

    @Test func damagedDocumentsNeverCrash() {
        var generator = SeededGenerator(seed: 64)
        let bytes = Array(Self.good.utf8)
        for _ in 0..<3000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<damaged.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: damaged.remove(at: place)
                default: damaged.removeSubrange(place...)
                }
                if damaged.isEmpty { break }
            }
            do {
                let model = try EnvelopeModelDocument.model(from: damaged, file: "m")
                #expect(model.weightCount <= 3)
            } catch {
                #expect(!error.faults.isEmpty)
                #expect(error.faults.count <= EnvelopeModelDocument.mostFaults)
            }
        }
    }

    @Test func endlessLinesAndFilesEnd() {
        let line = Array(repeating: UInt8(ascii: "x"), count: 200_000)
        #expect(throws: DocumentFaults.self) { try EnvelopeModelDocument.model(from: line, file: "m") }
        let lines = Array((EnvelopeModelDocument.signature + "\n" + String(repeating: "x\n", count: 10_000)).utf8)
        let error = #expect(throws: DocumentFaults.self) { try EnvelopeModelDocument.model(from: lines, file: "m") }
        #expect(error?.faults.count == EnvelopeModelDocument.mostFaults)
    }
}
