import Documents
import SMTP
import Testing

@testable import Dialects

/// Documents that hold more than a decision machine can are refused, not misread.
struct ModelLimitTests {
    private func document(dialects: Int, states: (Int) -> String) -> String {
        (0..<dialects).reduce(into: "argot-dialects 1\n") { text, number in
            text += "dialect d\(number) tool\norigin t\n\(states(number))"
        }
    }

    private func faults(_ text: String) -> [String] {
        switch DialectDocument.model(from: text, file: "m") {
        case .success: []
        case .failure(let errors): errors.faults.map(\.description)
        }
    }

    @Test func tooManyDialects() {
        let one = { (number: Int) in "state a HELO {fqdn}\non start any to a\n" }
        #expect(faults(document(dialects: 100_000, states: one)) == [])
        #expect(
            faults(document(dialects: 100_001, states: one)) == [
                "m:400002: more than 100000 dialects: a model can contain no more; remove some"
            ])
    }

    @Test func tooManyStatesOfADialect() {
        let text = document(dialects: 2) { dialect in
            (0..<(dialect == 0 ? 4_095 : 4_096)).map { "state s\($0) NOOP\non start any to s\($0)\n" }.joined()
        }
        #expect(faults(text) == ["m:16386: dialect d1 has more than 4096 states: describe it with fewer"])
    }

    @Test func tooManyFaults() {
        let text = document(dialects: 1) { _ in String(repeating: "nonsense\n", count: 5_000) }
        #expect(faults(text).count == 1_000)
    }

    @Test func everyOfManyMessagesIsToldApart() throws {
        let text = document(dialects: 3_000) { "state a HELO host\($0).example\non start any to a\n" }
        let model = try DialectDocument.model(from: text, file: "m").get()
        let machine = DecisionMachine(model: model, vantage: .milterPostfix)
        for number in 0..<3_000 { #expect(machine.names(.helo("host\(number).example")) == ["d\(number)"]) }
        #expect(machine.names(.helo("host.example")) == [])
    }

    @Test(
        "Many different messages of one kind",
        arguments: ["HELO host#.example", "MAIL FROM:<a#@b>", "RCPT TO:<a#@b>", "{message X-#}", "XCMD#"],
        [Vantage.milterPostfix, .wire])
    func manyMessages(template: String, vantage: Vantage) throws {
        let text = document(dialects: 50) { dialect in
            (0..<20).reduce(into: "") { states, number in
                let spelled = template.replacing("#", with: String(dialect * 20 + number))
                states += "state s\(number) \(spelled)\non start any to s\(number)\n"
            }
        }
        let model = try DialectDocument.model(from: text, file: "m").get()
        let machine = DecisionMachine(model: model, vantage: vantage)
        #expect(machine.index.possibleSets(Self.slot(of: template)).count >= 1_000)
        #expect(machine.kindCount == 50)
    }

    private static func slot(of template: String) -> TemplateIndex.Slot {
        switch template.prefix(4) {
        case "HELO": .helo
        case "MAIL": .mail
        case "RCPT": .recipient
        case "XCMD": .unknown
        default: .message
        }
    }

    @Test func parametersThatMakeTooManyCombinations() {
        let parameters = (0..<8).map { "[ P\($0)={x}]" }.joined()
        let text = document(dialects: 1) { _ in "state a MAIL FROM:<{addr}>\(parameters)\non start any to a\n" }
        #expect(
            faults(text) == [
                "m:2: dialect d0: the parameters of state a make more than 4096 combinations: name fewer optional ones"
            ])
    }

    @Test func asManyParametersAsGo() throws {
        let parameters = (0..<12).map { "[ P\($0)]" }.joined()
        let text = document(dialects: 1) { _ in "state a MAIL FROM:<{addr}>\(parameters)\non start any to a\n" }
        let model = try DialectDocument.model(from: text, file: "m").get()
        let machine = DecisionMachine(model: model, vantage: .milterPostfix)
        #expect(machine.names(.mail(["<a@b>"] + (0..<12).map { "P\($0)" })) == ["d0"])
        #expect(machine.names(.mail(["<a@b>", "P0", "P11"])) == ["d0"])
        #expect(machine.names(.mail(["<a@b>", "P11", "P0"])).isEmpty)
    }
}
