import SMTP

/// What the probe does at a stage, in the spelling of its `--answer` option.
struct ProbeAnswer {
    enum Stage: String, CaseIterable {
        case connect, helo, mail, rcpt, data, unknown, header, eoh, body, eom
    }

    enum Action {
        case verdict(Verdict)
        case progress, exit
        case hang(seconds: UInt32)
        case change(Change)
    }

    /// Of several verdicts for one callback the last counts.
    enum Verdict {
        case `continue`, accept, discard, reject, tempfail, skip
        case refuse(RefusalReply)
    }

    /// Changes of the message, at its end only. Header values are written with what stands behind the colon.
    enum Change {
        case addHeader(name: String, value: String)
        case insertHeader(index: Int, name: String, value: String)
        case changeHeader(name: String, index: Int, value: String)
        case quarantine(String)
        case sender(String)
        case addRecipient(String)
        case deleteRecipient(String)
        case body(String)
    }

    let stage: Stage
    /// The callback of the stage that the action belongs to, counted from 1; `nil` for all of them.
    let occurrence: Int?
    let action: Action

    /// Reads `STAGE=RESPONSE` or `STAGE#N=RESPONSE`.
    init(_ text: String) throws {
        func refuse(_ problem: String) -> ProbeError { ProbeError("--answer \(text): \(problem)") }
        guard let equals = text.firstIndex(of: "=") else { throw refuse("expected STAGE=RESPONSE") }
        let place = text[..<equals].split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let stage = Stage(rawValue: String(place[0])) else { throw refuse("no such stage") }
        self.stage = stage
        occurrence = place.count == 2 ? Int(place[1]) ?? 0 : nil
        if let occurrence, occurrence < 1 { throw refuse("expected a number from 1 between # and =") }
        guard let action = try Self.action(String(text[text.index(after: equals)...])) else {
            throw refuse("no such response")
        }
        if case .change = action, stage != .eom { throw refuse("possible at eom only") }
        self.action = action
    }

    private static func action(_ text: String) throws -> Action? {
        let words = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let rest = words.count == 2 ? words[1] : nil
        switch (words[0], rest) {
        case ("continue", nil): return .verdict(.continue)
        case ("accept", nil): return .verdict(.accept)
        case ("discard", nil): return .verdict(.discard)
        case ("reject", nil): return .verdict(.reject)
        case ("tempfail", nil): return .verdict(.tempfail)
        case ("skip", nil): return .verdict(.skip)
        case ("progress", nil): return .progress
        case ("exit", nil): return .exit
        case ("hang", let rest?): return UInt32(rest).map { .hang(seconds: $0) }
        case ("reply", let rest?): return try reply(fields(rest, 3)).map { .verdict(.refuse($0)) }
        default: return change(words[0], rest).map { .change($0) }
        }
    }

    private static func reply(_ fields: [String]) throws -> RefusalReply? {
        guard fields.count == 3, let code = Int(fields[0]) else { return nil }
        let enhancedCode = EnhancedStatusCode(fields[1])
        guard fields[1] == "-" || enhancedCode != nil else { return nil }
        let lines = fields[2].replacing("\\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        return try RefusalReply(code: code, enhancedCode: enhancedCode, lines: lines.map(String.init), for: .postfix)
    }

    private static func change(_ name: String, _ rest: String?) -> Change? {
        guard let rest else { return nil }
        let two = fields(rest, 2)
        let three = fields(rest, 3)
        switch name {
        case "addheader" where two.count == 2: return .addHeader(name: two[0], value: two[1])
        case "insheader" where three.count == 3:
            return Int(three[0]).map { .insertHeader(index: $0, name: three[1], value: three[2]) }
        case "chgheader" where three.count == 3:
            return Int(three[1]).map { .changeHeader(name: three[0], index: $0, value: three[2]) }
        case "quarantine": return .quarantine(rest)
        case "chgfrom": return .sender(rest)
        case "addrcpt": return .addRecipient(rest)
        case "delrcpt": return .deleteRecipient(rest)
        case "replacebody": return .body(rest)
        default: return nil
        }
    }

    private static func fields(_ text: String, _ count: Int) -> [String] {
        text.split(separator: ":", maxSplits: count - 1, omittingEmptySubsequences: false).map(String.init)
    }
}

struct ProbeError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
