/// Runs scenarios.
public enum ScenarioRunner {
    /// Runs a scenario over a fresh transport and closes it.
    ///
    /// - Returns: what came of each step.
    /// - Throws: ``ScenarioError`` with the line at which something else came than expected, or at which the transport
    ///   failed.
    @discardableResult
    public static func run(
        _ scenario: Scenario, over transport: any SMTPTransport
    ) throws -> [ScenarioStep.Outcome] {
        var outcomes: [ScenarioStep.Outcome] = []
        let opening = scenario.steps[0]
        try located(opening, in: scenario) { try transport.open(as: scenario.client) }
        if case .expect = opening.action {
            // The greeting has its own expectation.
        } else {
            let greeting = ScenarioStep.Expectation(general: .reply(code: 220, text: nil))
            let step = ScenarioStep(line: opening.line, action: .expect(greeting))
            try perform(step, of: scenario, over: transport)
        }
        for step in scenario.steps {
            outcomes.append(try perform(step, of: scenario, over: transport))
        }
        try located(scenario.steps[scenario.steps.count - 1], in: scenario) { try transport.close() }
        return outcomes
    }

    @discardableResult
    private static func perform(
        _ step: ScenarioStep, of scenario: Scenario, over transport: any SMTPTransport
    ) throws -> ScenarioStep.Outcome {
        try located(step, in: scenario) {
            switch step.action {
            case .send(let line): try transport.send(line)
            case .message(let lines): try transport.send(message: lines)
            case .drop: try transport.close()
            case .expect(let expectation):
                let expected = expectation.reply(on: transport.mta)
                let reply = try transport.receive()
                guard expected.isMet(by: reply) else {
                    let seen = reply.map(\.description) ?? "closed"
                    throw ScenarioError(
                        file: scenario.file, line: step.line,
                        problem: "expected \(describe(expected)) from \(transport.mta), got: \(seen)")
                }
                return ScenarioStep.Outcome(step: step, reply: reply)
            }
            return ScenarioStep.Outcome(step: step)
        }
    }

    private static func located<Result>(
        _ step: ScenarioStep, in scenario: Scenario, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as ScenarioError {
            throw error
        } catch {
            throw ScenarioError(file: scenario.file, line: step.line, problem: "\(error)")
        }
    }

    private static func describe(_ expected: ScenarioStep.Expectation.Reply) -> String {
        switch expected {
        case .closed: "closed"
        case .reply(let code, let text?): "\(code) \(text)"
        case .reply(let code, nil): "\(code)"
        }
    }
}
