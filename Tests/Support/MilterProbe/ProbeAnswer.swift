import SMTP

/// What the probe does at a stage, in the spelling of its `--answer` option.
struct ProbeAnswer {
    enum Action {
        case `continue`, accept, discard, reject, tempfail, skip, progress, exit
        case hang(seconds: UInt32)
        case refuse(RefusalReply)
        case addHeader(name: String, value: String)
        case insertHeader(index: Int, name: String, value: String)
        case changeHeader(name: String, index: Int, value: String)
        case quarantine(String)
    }

    let stage: String
    /// The callback of the stage that the action belongs to, counted from 1; `nil` for all of them.
    let occurrence: Int?
    let action: Action

    /// Reads `STAGE=RESPONSE` or `STAGE#N=RESPONSE`.
    init(_ text: String) throws {
        guard let equals = text.firstIndex(of: "=") else { throw ProbeError("--answer \(text): write STAGE=RESPONSE") }
        let place = text[..<equals].split(separator: "#", maxSplits: 1)
        stage = String(place[0])
        occurrence = place.count == 2 ? Int(place[1]) : nil
        action = try Self.action(String(text[text.index(after: equals)...]))
    }

    private static func action(_ text: String) throws -> Action {
        let words = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        switch (words[0], words.count) {
        case ("continue", 1): return .continue
        case ("accept", 1): return .accept
        case ("discard", 1): return .discard
        case ("reject", 1): return .reject
        case ("tempfail", 1): return .tempfail
        case ("skip", 1): return .skip
        case ("progress", 1): return .progress
        case ("exit", 1): return .exit
        case ("hang", 2): return .hang(seconds: UInt32(words[1]) ?? 0)
        case ("reply", 4):
            let lines = words[3].replacing("\\n", with: "\n").split(separator: "\n").map(String.init)
            return .refuse(
                try RefusalReply(
                    code: Int(words[1]) ?? 0, enhancedCode: words[2] == "-" ? nil : EnhancedStatusCode(words[2]),
                    lines: lines, for: .postfix))
        case ("addheader", 3...): return .addHeader(name: words[1], value: words[2...].joined(separator: ":"))
        case ("insheader", 4): return .insertHeader(index: Int(words[1]) ?? 0, name: words[2], value: words[3])
        case ("chgheader", 4): return .changeHeader(name: words[1], index: Int(words[2]) ?? 1, value: words[3])
        case ("quarantine", 2...): return .quarantine(words[1...].joined(separator: ":"))
        default: throw ProbeError("--answer: \"\(text)\" is no response")
        }
    }
}

struct ProbeError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
