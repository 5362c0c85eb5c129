import Foundation

extension Scenario {
    /// Reads a scenario.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - file: its name, for messages.
    /// - Throws: ``ScenarioError``.
    public init(parsing text: String, file: String) throws {
        var parser = ScenarioParser(file: file)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { try parser.take(String(line)) }
        self = try parser.finish()
    }

    /// Reads a scenario file.
    public init(contentsOfFile path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try self.init(parsing: text, file: URL(fileURLWithPath: path).lastPathComponent)
    }

    /// The scenarios in `Tests/Scenarios` of the source tree, in the order of their names.
    public static func checkedIn() throws -> [Scenario] {
        let own = URL(fileURLWithPath: #filePath)
        let tests = own.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try all(inDirectory: tests.deletingLastPathComponent().path + "/Scenarios")
    }

    /// Reads all scenarios of a directory, in the order of their names.
    public static func all(inDirectory path: String) throws -> [Scenario] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".session") }.sorted()
            .map { try Scenario(contentsOfFile: path + "/" + $0) }
    }
}

/// Reads a scenario line by line.
private struct ScenarioParser {
    private var scenario: Scenario
    private var line = 0
    private var message: (line: Int, lines: [String])?

    init(file: String) {
        scenario = Scenario(file: file, title: "", filter: nil, client: nil, steps: [], callbacks: [])
    }

    mutating func take(_ text: String) throws {
        line += 1
        if message != nil { return try takeMessageLine(text) }
        if text.hasPrefix("#") {
            if scenario.title.isEmpty { scenario.title = text.drop { $0 == "#" || $0 == " " }.description }
            return
        }
        if text.allSatisfy(\.isWhitespace) { return }
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let words = parts[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        try takeDirective(words[0], on: words.count > 1 ? words[1] : nil, parts.count > 1 ? parts[1] : "")
    }

    func finish() throws -> Scenario {
        if let message { throw failure("the message has no end", line: message.line) }
        guard !scenario.steps.isEmpty else { throw failure("no steps") }
        return scenario
    }

    private mutating func takeDirective(_ name: String, on mta: String?, _ rest: String) throws {
        if mta != nil && name != "expect" && name != "callback" { throw failure("\(name) cannot depend on the MTA") }
        if !scenario.callbacks.isEmpty && name != "callback" { throw failure("callbacks stand at the end") }
        switch name {
        case "filter": try takeFilter(rest)
        case "set": try takeSetting(rest)
        case "client": try takeClient(rest)
        case "send": add(.send(try unescape(rest)))
        case "message": message = (line, [])
        case "expect": try takeExpectation(rest, on: mta)
        case "drop": add(.drop)
        case "callback": try takeCallback(rest, on: mta)
        default: throw failure("no such directive: \(name)")
        }
        if name == "message" || name == "drop", !rest.isEmpty { throw failure("\(name) stands alone") }
    }

    private mutating func takeMessageLine(_ text: String) throws {
        guard text == ".", let message else {
            let line = try unescape(text)
            message?.lines.append(line)
            return
        }
        scenario.steps.append(ScenarioStep(line: message.line, action: .message(message.lines)))
        self.message = nil
    }

    private mutating func takeFilter(_ rest: String) throws {
        guard scenario.steps.isEmpty else { throw failure("filter stands before the first step") }
        guard scenario.filter == nil else { throw failure("a second filter") }
        let words = rest.split(separator: " ").map { String($0).replacing("~", with: " ") }
        guard let name = words.first else { throw failure("expected the filter's name") }
        scenario.filter = Scenario.Filter(name: name, arguments: Array(words.dropFirst()))
    }

    private mutating func takeSetting(_ rest: String) throws {
        let parts = rest.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2, !parts[0].isEmpty else { throw failure("expected KEY = VALUE") }
        guard scenario.filter != nil else { throw failure("set stands behind filter") }
        scenario.filter?.settings.append(Scenario.Setting(key: parts[0], value: parts[1]))
    }

    private mutating func takeClient(_ rest: String) throws {
        guard scenario.steps.isEmpty else { throw failure("client stands before the first step") }
        let words = rest.split(separator: " ").map(String.init)
        guard let address = words.first, !address.contains("=") else { throw failure("expected an address") }
        var name: String?
        var port: UInt16 = 40000
        for word in words.dropFirst() {
            if word.hasPrefix("name=") {
                name = String(word.dropFirst(5))
            } else if word.hasPrefix("port="), let number = UInt16(word.dropFirst(5)) {
                port = number
            } else {
                throw failure("expected name=HOST or port=NUMBER, not \(word)")
            }
        }
        scenario.client = ClientPeer(name: name, ip: address, port: port)
    }

    private mutating func takeExpectation(_ rest: String, on mta: String?) throws {
        let reply = try expectedReply(rest)
        guard let mta else { return add(.expect(ScenarioStep.Expectation(general: reply))) }
        guard ["fake", "postfix", "sendmail"].contains(mta) else { throw failure("no such MTA: \(mta)") }
        guard let last = scenario.steps.indices.last, case .expect(var expectation) = scenario.steps[last].action else {
            throw failure("expect@\(mta) stands behind an expect")
        }
        guard expectation.exceptions[mta] == nil else { throw failure("a second expect@\(mta)") }
        expectation.exceptions[mta] = reply
        scenario.steps[last].action = .expect(expectation)
    }

    private func expectedReply(_ rest: String) throws -> ScenarioStep.Expectation.Reply {
        if rest == "closed" { return .closed }
        let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
        guard let word = parts.first, word.count == 3, let code = Int(word), (200...599).contains(code) else {
            throw failure("expected a reply code or \"closed\"")
        }
        return .reply(code: code, text: parts.count > 1 ? parts[1] : nil)
    }

    private mutating func takeCallback(_ rest: String, on mta: String?) throws {
        guard !rest.isEmpty else { throw failure("expected a line of the record") }
        let condition: Scenario.Condition =
            switch mta {
            case nil: .always
            case let mta? where mta.hasPrefix("!"): .except(String(mta.dropFirst()))
            case let mta?: .only(mta)
            }
        scenario.callbacks.append(Scenario.Callback(text: rest, condition: condition))
    }

    private mutating func add(_ action: ScenarioStep.Action) {
        scenario.steps.append(ScenarioStep(line: line, action: action))
    }

    private func unescape(_ text: String) throws -> String {
        guard let text = ScenarioText.unescaped(text) else { throw failure("no such escape in: \(text)") }
        return text
    }

    private func failure(_ problem: String, line: Int? = nil) -> ScenarioError {
        ScenarioError(file: scenario.file, line: line ?? self.line, problem: problem)
    }
}
