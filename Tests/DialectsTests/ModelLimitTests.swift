import Dialects
import Documents
import SMTP
import Testing

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
        #expect(faults(document(dialects: 128, states: one)) == [])
        #expect(faults(document(dialects: 129, states: one)) == ["m: 129 dialects: a model can contain at most 128"])
    }

    @Test func everyOfTheMostMessagesIsToldApart() throws {
        let text = document(dialects: 128) { "state a HELO host\($0).example\non start any to a\n" }
        let model = try DialectDocument.model(from: text, file: "m").get()
        let machine = DecisionMachine(model: model, vantage: .milterPostfix)
        for number in 0..<128 { #expect(machine.names(.helo("host\(number).example")) == ["d\(number)"]) }
    }

    @Test(
        "More different messages of one kind than a machine tells apart",
        arguments: [
            ("HELO host#.example", "129 different HELO arguments"),
            ("MAIL FROM:<a#@b>", "129 different MAIL arguments"),
            ("RCPT TO:<a#@b>", "129 different RCPT arguments"), ("{message X-#}", "129 different messages"),
            ("XCMD#", "129 different unknown commands"),
        ])
    func tooManyMessages(template: String, words: String) {
        let text = document(dialects: 43) { dialect in
            (0..<3).reduce(into: "") { states, number in
                let spelled = template.replacing("#", with: String(dialect * 3 + number))
                states += "state s\(number) \(spelled)\non start any to s\(number)\n"
            }
        }
        #expect(faults(text) == ["m: \(words): a model can contain at most 128"])
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
