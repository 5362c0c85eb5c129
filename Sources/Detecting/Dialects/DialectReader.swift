import Documents
import SMTP

/// Reads a dialect document statement by statement: statements in, a model or all faults out.
struct DialectReader: StatementReader {
    private struct Draft {
        var name: String
        var dialectClass: DialectClass
        var line: Int
        var origin = ""
        var offers: [[String]] = []
        var states: [Dialect.State] = [Dialect.State(name: "start", template: nil)]
        var marks: [(state: String, marks: WireMarks, line: Int)] = []
        var transitions: [(source: String, replies: ReplyPattern, targets: [Counted.Name], line: Int)] = []
        var finals: [(state: Counted.Name, like: Dialect.Final, line: Int)] = []
        var evidence: [String] = []
    }

    var notes: DocumentNotes
    private var version = DialectDocument.version
    private var drafts: [Draft] = []
    /// Templates and replies that were read already: programs say much the same.
    private var templates: [String: MessageTemplate] = [:]
    private var replies: [Substring: ReplyPattern] = [:]

    static let longestLine = 1 << 20
    static let kind = "a dialect model"

    init(file: String) { notes = DocumentNotes(file: file) }

    // What follows in a file of another kind or version would only be misread.
    mutating func begin(_ statement: Statement) -> Bool {
        guard statement.verb == "argot-dialects", statement.words.count == 2 else {
            fault("the first line must be \"argot-dialects \(DialectDocument.version)\"")
            return false
        }
        guard let known = Int(statement.words[1]), DialectDocument.versions.contains(known) else {
            let versions = DialectDocument.versions
            fault(
                "version \(statement.words[1]) is not known: this Argot reads \(versions.lowerBound) to "
                    + "\(versions.upperBound)")
            return false
        }
        version = known
        return true
    }

    mutating func take(_ statement: Statement) -> Bool {
        let (keyword, words, number) = (statement.verb, statement.words, notes.line)
        if keyword == "dialect" {
            begin(words, number)
            return true
        }
        guard !drafts.isEmpty else {
            fault("\"\(keyword)\" is before the first dialect: begin with \"dialect NAME CLASS\"")
            return true
        }
        let current = drafts.count - 1
        switch keyword {
        case "origin": drafts[current].origin = statement.rest(after: 1)
        case "state": state(statement, number)
        case "on": transition(words, number)
        case "final": final(words, number)
        case "offer" where version > 1: offer(words, number)
        case "wire" where version > 1: wire(words, number)
        case "heard" where version > 1, "trace" where version > 1:
            drafts[current].evidence.append("\(keyword) \(statement.rest(after: 1))")
        case "offer", "wire", "heard", "trace":
            fault(number, "\"\(keyword)\" needs version 2: begin the document with \"argot-dialects 2\"")
        default: fault(number, "\"\(keyword)\" is not a keyword: use dialect, origin, offer, state, wire, on or final")
        }
        return true
    }

    consuming func finish() -> Result<DialectModel, DocumentFaults> {
        if !hasBegun, notes.isSound {
            fault(0, "the document is empty: the first line must be \"argot-dialects \(DialectDocument.version)\"")
        }
        if drafts.count > DialectModel.maximumDialects {
            fault(0, "\(drafts.count) dialects: a model can contain at most \(DialectModel.maximumDialects)")
        }
        let ends = drafts.dropFirst().map(\.line) + [.max]
        let dialects = zip(drafts, ends).map { dialect(from: $0, before: $1) }
        if notes.isSound {
            for (line, problem) in ModelLimits.faults(of: dialects, at: drafts.map(\.line)) { fault(line, problem) }
        }
        guard notes.isSound else {
            return .failure(DocumentFaults(notes.faults.sorted { $0.line < $1.line }))
        }
        return .success(DialectModel(dialects: dialects))
    }

    private mutating func begin(_ words: [Substring], _ number: Int) {
        guard words.count == 3, let dialectClass = DialectClass(rawValue: String(words[2])) else {
            let classes = DialectClass.allCases.map(\.rawValue).joined(separator: ", ")
            fault(number, "write \"dialect NAME CLASS\" with one of the classes \(classes)")
            if words.count > 1 { drafts.append(Draft(name: String(words[1]), dialectClass: .tool, line: number)) }
            return
        }
        if !Self.isName(words[1]) { fault(number, "\"\(words[1])\": use letters, digits, dots and dashes in names") }
        if let twin = drafts.first(where: { $0.name == words[1] }) {
            fault(number, "dialect \(words[1]) exists already, in line \(twin.line): choose another name")
        }
        drafts.append(Draft(name: String(words[1]), dialectClass: dialectClass, line: number))
    }

    private mutating func state(_ statement: Statement, _ number: Int) {
        let words = statement.words
        guard words.count >= 3 else {
            fault(number, "write \"state NAME TEMPLATE\"")
            return
        }
        let name = String(words[1])
        if !Self.isName(words[1]) { fault(number, "\"\(name)\": use letters, digits, dots and dashes in names") }
        if drafts[drafts.count - 1].states.contains(where: { $0.name == name }) {
            fault(number, "state \(name) exists already in this dialect: choose another name")
        }
        do {
            let text = statement.rest(after: 2)
            let known = templates[text]
            let template = if let known { known } else { try MessageTemplate(text) }
            templates[text] = template
            drafts[drafts.count - 1].states.append(Dialect.State(name: name, template: template))
        } catch {
            fault(number, error.description)
            // The name is known all the same, so that its uses are not faults too.
            drafts[drafts.count - 1].states.append(Dialect.State(name: name, template: nil))
        }
    }

    private mutating func transition(_ words: [Substring], _ number: Int) {
        guard words.count >= 5, words[3] == "to" else {
            fault(number, "write \"on STATE REPLIES to STATE…\"")
            return
        }
        guard let replies = self.replies[words[2]] ?? ReplyPattern(words[2]) else {
            fault(number, Self.noReplies(words[2]))
            return
        }
        self.replies[words[2]] = replies
        let targets = names(words[4...], number)
        drafts[drafts.count - 1].transitions.append((String(words[1]), replies, targets, number))
    }

    private mutating func final(_ words: [Substring], _ number: Int) {
        let after = words.firstIndex(of: "after")
        let by = words.firstIndex(of: "by")
        let end = min(after ?? words.count, by ?? words.count)
        guard end >= 3, words[1] == "good" || words[1] == "bad",
            after == nil || (after == end && (by ?? words.count) == end + 2), by.map({ $0 == words.count - 2 }) ?? true
        else {
            fault(number, "write \"final good STATE…\" or \"final bad STATE…\", then \"after REPLIES\", \"by MANNERS\"")
            return
        }
        var replies: ReplyPattern?
        if let after {
            replies = ReplyPattern(words[after + 1])
            if replies == nil { fault(number, Self.noReplies(words[after + 1])) }
        }
        var manners: [Dialect.Final.Manner: Int] = [:]
        for word in by.map({ words[$0 + 1].split(separator: ",", omittingEmptySubsequences: false) }) ?? [] {
            guard let (name, count) = Counted.read(word), let manner = Dialect.Final.Manner(rawValue: name) else {
                let known = Dialect.Final.Manner.allCases.map(\.rawValue).joined(separator: ", ")
                fault(number, "\"\(word)\" is not a way to end: use \(known), with *N for a count")
                continue
            }
            manners[manner, default: 0] += count ?? 1
        }
        for name in names(words[2..<end], number) {
            let like = Dialect.Final(
                state: 0, isGood: words[1] == "good", replies: replies, count: name.count ?? 0, manners: manners)
            drafts[drafts.count - 1].finals.append((name, like, number))
        }
    }

    private mutating func offer(_ words: [Substring], _ number: Int) {
        guard words.count >= 2 else {
            fault(number, "write \"offer KEYWORD…\", or \"offer none\" for a server that offered nothing")
            return
        }
        let keywords = words.dropFirst().map(String.init)
        drafts[drafts.count - 1].offers.append(keywords == ["none"] ? [] : keywords)
    }

    private mutating func wire(_ words: [Substring], _ number: Int) {
        guard words.count >= 3 else {
            fault(number, "write \"wire STATE MARK=VALUE,…\" with the marks end, sent, segment, dot")
            return
        }
        var marks = WireMarks()
        for word in words[2...] where !marks.read(word) {
            fault(
                number,
                "\"\(word)\" is not a mark: write end=, sent=, segment= or dot= and values with counts, crlf*3,lf*1")
        }
        drafts[drafts.count - 1].marks.append((String(words[1]), marks, number))
    }

    private mutating func names(_ words: ArraySlice<Substring>, _ number: Int) -> [Counted.Name] {
        words.compactMap { word in
            if let name = Counted.read(word) { return name }
            fault(number, "\"\(word)\" has no count: write NAME or NAME*COUNT")
            return nil
        }
    }

    private static func noReplies(_ word: Substring) -> String {
        "\"\(word)\" is not a list of replies: write codes like 250, 4xx or any, with commas"
    }

    private mutating func dialect(from draft: Draft, before end: Int) -> Dialect {
        var index: [String: Int] = [:]
        for (number, state) in draft.states.enumerated() where index[state.name] == nil { index[state.name] = number }
        func find(_ name: String, _ line: Int, _ notes: inout DocumentNotes) -> Int? {
            if let found = index[name] { return found }
            notes.fault("dialect \(draft.name) has no state \(name): add \"state \(name) TEMPLATE\"", line: line)
            return nil
        }
        var transitions: [Dialect.Transition] = []
        for (source, replies, targets, line) in draft.transitions {
            let from = find(source, line, &notes)
            for target in targets {
                guard let to = find(target.name, line, &notes), let from else { continue }
                if to == 0 {
                    fault(line, "nothing leads back to start")
                } else {
                    transitions.append(
                        Dialect.Transition(source: from, replies: replies, target: to, count: target.count ?? 0))
                }
            }
        }
        var finals: [Dialect.Final] = []
        for (name, like, line) in draft.finals {
            guard let state = find(name.name, line, &notes) else { continue }
            finals.append(
                Dialect.Final(
                    state: state, isGood: like.isGood, replies: like.replies, count: like.count, manners: like.manners))
        }
        var states = draft.states
        for (name, marks, line) in draft.marks {
            if let state = find(name, line, &notes) { states[state].marks.merge(marks) }
        }
        if draft.origin.isEmpty { fault(draft.line, "dialect \(draft.name) has no origin: say where it comes from") }
        if draft.transitions.isEmpty {
            fault(draft.line, "dialect \(draft.name) has no transition: write \"on start 220 to STATE\"")
        }
        let dialect = Dialect(
            name: draft.name, dialectClass: draft.dialectClass, origin: draft.origin, offers: draft.offers,
            states: states, transitions: transitions, finals: finals, evidence: draft.evidence)
        // A fault of the dialect itself is likely why a state is not reached.
        let isSound = !notes.faults.contains { draft.line..<end ~= $0.line }
        let unreachable = isSound ? dialect.unreachableStates : []
        if !unreachable.isEmpty {
            fault(draft.line, "dialect \(draft.name): nothing leads to \(unreachable.joined(separator: ", "))")
        }
        return dialect
    }

    private mutating func fault(_ line: Int, _ problem: String) { notes.fault(problem, line: line) }

    private static func isName(_ word: Substring) -> Bool {
        word.utf8.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
