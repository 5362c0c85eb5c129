import Documents
import SMTP

/// Reads a dialect document statement by statement: statements in, a model or all faults out.
struct DialectReader: StatementReader {
    private struct Draft {
        var name: String
        var dialectClass: DialectClass
        var line: Int
        /// By name: the states' numbers, of equal names the first one's.
        var numbers: [String: Int] = ["start": 0]
        var origin = ""
        var offers: [[String]] = []
        var states: [Dialect.State] = [Dialect.State(name: "start", template: nil)]
        var marks: [(state: String, marks: WireMarks, line: Int)] = []
        var transitions: [(ways: Ways, line: Int)] = []
        var finals: [(ends: Ends, line: Int)] = []
        var connection = ConnectionTraits()
        var evidence: [String] = []
    }

    /// A line that dialects share, taken apart.
    private enum Line {
        case ways(Ways)
        case ends(Ends)
        case marks(state: String, WireMarks)
    }

    /// A line of endings.
    private struct Ends {
        var states: [Counted.Name]
        var isGood: Bool
        var replies: ReplyPattern?
        var manners: [Dialect.Final.Manner: Int]
    }

    /// A line of transitions.
    private struct Ways {
        var source: String
        var replies: ReplyPattern
        var targets: [Counted.Name]
    }

    var notes: DocumentNotes
    private var version = DialectDocument.version
    /// The dialect that is being read; the others are made already, so that no more than one is kept in two forms.
    private var draft: Draft?
    private var dialects: [Dialect] = []
    /// The lines where they begin; by name: where the first one of it does.
    private var lines: [Int] = []
    private var firstLines: [String: Int] = [:]
    private var stateCount = 0
    private var transitionCount = 0
    /// Whether the document is too large to be read on.
    private var isOverfull = false
    /// Templates and replies that were read already: programs say much the same.
    private var templates: [String: MessageTemplate] = [:]
    private var replies: [Substring: ReplyPattern] = [:]
    private var known: [Substring: Line] = [:]
    /// What dialects have in common is kept once.
    private var transitionLists: Set<[Dialect.Transition]> = []
    private var finalLists: Set<[Dialect.Final]> = []
    private var offerLists: Set<[[String]]> = []

    static let longestLine = 1 << 20
    static let kind = "a dialect model"

    /// How many lines are remembered: programs say much the same, and a document in which none does is not to be kept twice.
    private static let maximumRemembered = 20_000

    init(file: String) { notes = DocumentNotes(file: file, mostFaults: ModelLimits.maximumFaults) }

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

    mutating func takeAgain(_ line: Substring) -> Bool? {
        guard let known = known[line] else { return nil }
        add(known, notes.line)
        return !isOverfull
    }

    private mutating func remember(_ line: Line, of statement: Statement) {
        if known.count < Self.maximumRemembered { known[statement.text] = line }
    }

    private mutating func add(_ line: Line, _ number: Int) {
        switch line {
        case .ways(let ways): add(ways, number)
        case .ends(let ends): draft?.finals.append((ends, number))
        case .marks(let state, let marks): draft?.marks.append((state, marks, number))
        }
    }

    mutating func take(_ statement: Statement) -> Bool {
        let (keyword, words, number) = (statement.verb, statement.words, notes.line)
        if keyword == "dialect" {
            begin(words, number)
            return !isOverfull
        }
        guard draft != nil else {
            fault("\"\(keyword)\" is before the first dialect: begin with \"dialect NAME CLASS\"")
            return true
        }
        switch keyword {
        case "origin": draft?.origin = statement.rest(after: 1)
        case "state": state(statement, number)
        case "on":
            guard let read = transition(words, number) else { break }
            // What is faulty is to be told of in every line.
            let isSound = read.targets.count == words.count - 4
            if isSound { remember(.ways(read), of: statement) }
            add(read, number)
        case "final": final(statement, number)
        case "offer" where version > 1: offer(words, number)
        case "wire" where version > 1: wire(statement, number)
        case "tls" where version > 1, "hello" where version > 1, "tcp" where version > 1, "syn" where version > 1:
            if let problem = draft?.connection.read(keyword, words.dropFirst()) { fault(number, problem) }
        case "heard" where version > 1, "trace" where version > 1:
            draft?.evidence.append("\(keyword) \(statement.rest(after: 1))")
        case "offer", "wire", "tls", "hello", "tcp", "syn", "heard", "trace":
            fault(number, "\"\(keyword)\" needs version 2: begin the document with \"argot-dialects 2\"")
        default:
            fault(
                number,
                "\"\(keyword)\" is not a keyword: use dialect, origin, offer, state, wire, on, "
                    + "final, tls, hello, tcp or syn")
        }
        return !isOverfull
    }

    consuming func finish() -> Result<DialectModel, DocumentFaults> {
        if !hasBegun, notes.isSound {
            fault(0, "the document is empty: the first line must be \"argot-dialects \(DialectDocument.version)\"")
        }
        close(before: .max)
        if notes.isSound {
            for (line, problem) in ModelLimits.faults(of: dialects, at: lines) { fault(line, problem) }
        }
        guard notes.isSound else {
            return .failure(DocumentFaults(notes.faults.sorted { $0.line < $1.line }))
        }
        return .success(DialectModel(dialects: dialects))
    }

    /// Makes the dialect that was read, now that the next one begins in line `end`.
    private mutating func close(before end: Int) {
        guard let done = draft else { return }
        draft = nil
        dialects.append(dialect(from: done, before: end))
        lines.append(done.line)
    }

    /// Refuses a document that is too large, at the line where it becomes so.
    private mutating func refuse(_ number: Int, _ problem: String) {
        fault(number, problem)
        isOverfull = true
    }

    private mutating func begin(_ words: [Substring], _ number: Int) {
        guard lines.count + 1 < DialectModel.maximumDialects || draft == nil else {
            return refuse(
                number, "more than \(DialectModel.maximumDialects) dialects: a model can contain no more; remove some")
        }
        guard words.count == 3, let dialectClass = DialectClass(rawValue: String(words[2])) else {
            let classes = DialectClass.allCases.map(\.rawValue).joined(separator: ", ")
            fault(number, "write \"dialect NAME CLASS\" with one of the classes \(classes)")
            guard words.count > 1 else { return }
            close(before: number)
            draft = Draft(name: String(words[1]), dialectClass: .tool, line: number)
            return
        }
        close(before: number)
        if !Self.isName(words[1]) { fault(number, "\"\(words[1])\": use letters, digits, dots and dashes in names") }
        let name = String(words[1])
        if let line = firstLines[name] {
            fault(number, "dialect \(name) exists already, in line \(line): choose another name")
        } else {
            firstLines[name] = number
        }
        draft = Draft(name: name, dialectClass: dialectClass, line: number)
    }

    private mutating func state(_ statement: Statement, _ number: Int) {
        let words = statement.words
        guard words.count >= 3 else {
            fault(number, "write \"state NAME TEMPLATE\"")
            return
        }
        let name = String(words[1])
        if !Self.isName(words[1]) { fault(number, "\"\(name)\": use letters, digits, dots and dashes in names") }
        if draft?.numbers[name] != nil {
            fault(number, "state \(name) exists already in this dialect: choose another name")
        } else {
            let place = draft?.states.count
            draft?.numbers[name] = place
        }
        stateCount += 1
        guard stateCount <= ModelLimits.maximumStates else {
            return refuse(
                number, "more than \(ModelLimits.maximumStates) states: a model can contain no more; remove dialects")
        }
        guard draft?.states.count ?? 0 < ModelLimits.maximumStatesOfDialect else {
            return refuse(
                number,
                "dialect \(draft?.name ?? "") has more than \(ModelLimits.maximumStatesOfDialect) states: "
                    + "describe it with fewer")
        }
        do {
            let text = statement.rest(after: 2)
            let known = templates[text]
            let template = if let known { known } else { try MessageTemplate(text) }
            templates[text] = template
            draft?.states.append(Dialect.State(name: name, template: template))
        } catch {
            fault(number, error.description)
            // The name is known all the same, so that its uses are not faults too.
            draft?.states.append(Dialect.State(name: name, template: nil))
        }
    }

    private mutating func transition(_ words: [Substring], _ number: Int) -> Ways? {
        guard words.count >= 5, words[3] == "to" else {
            fault(number, "write \"on STATE REPLIES to STATE…\"")
            return nil
        }
        guard let replies = self.replies[words[2]] ?? ReplyPattern(words[2]) else {
            fault(number, Self.noReplies(words[2]))
            return nil
        }
        self.replies[words[2]] = replies
        let targets = names(words[4...], number)
        return Ways(source: String(words[1]), replies: replies, targets: targets)
    }

    private mutating func add(_ ways: Ways, _ number: Int) {
        transitionCount += ways.targets.count
        guard transitionCount <= ModelLimits.maximumTransitions else {
            return refuse(
                number,
                "more than \(ModelLimits.maximumTransitions) transitions: a model can contain no more; remove dialects")
        }
        draft?.transitions.append((ways, number))
    }

    private mutating func final(_ statement: Statement, _ number: Int) {
        let words = statement.words
        let faults = notes.faults.count
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
        let ends = Ends(
            states: names(words[2..<end], number), isGood: words[1] == "good", replies: replies, manners: manners)
        if notes.faults.count == faults { remember(.ends(ends), of: statement) }
        add(.ends(ends), number)
    }

    private mutating func offer(_ words: [Substring], _ number: Int) {
        guard words.count >= 2 else {
            fault(number, "write \"offer KEYWORD…\", or \"offer none\" for a server that offered nothing")
            return
        }
        let keywords = words.dropFirst().map(String.init)
        draft?.offers.append(keywords == ["none"] ? [] : keywords)
    }

    private mutating func wire(_ statement: Statement, _ number: Int) {
        let words = statement.words
        let faults = notes.faults.count
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
        let line = Line.marks(state: String(words[1]), marks)
        if notes.faults.count == faults { remember(line, of: statement) }
        add(line, number)
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
        func find(_ name: String, _ line: Int, _ notes: inout DocumentNotes) -> Int? {
            if let found = draft.numbers[name] { return found }
            notes.fault("dialect \(draft.name) has no state \(name): add \"state \(name) TEMPLATE\"", line: line)
            return nil
        }
        var transitions: [Dialect.Transition] = []
        transitions.reserveCapacity(draft.transitions.reduce(0) { $0 + $1.ways.targets.count })
        for (ways, line) in draft.transitions {
            let from = find(ways.source, line, &notes)
            for target in ways.targets {
                guard let to = find(target.name, line, &notes), let from else { continue }
                if to == 0 {
                    fault(line, "nothing leads back to start")
                } else {
                    transitions.append(
                        Dialect.Transition(source: from, replies: ways.replies, target: to, count: target.count ?? 0))
                }
            }
        }
        var finals: [Dialect.Final] = []
        finals.reserveCapacity(draft.finals.reduce(0) { $0 + $1.ends.states.count })
        for (ends, line) in draft.finals {
            for name in ends.states {
                guard let state = find(name.name, line, &notes) else { continue }
                finals.append(
                    Dialect.Final(
                        state: state, isGood: ends.isGood, replies: ends.replies, count: name.count ?? 0,
                        manners: ends.manners))
            }
        }
        // Kept for good: no room for more.
        var states = draft.states.map { $0 }
        for (name, marks, line) in draft.marks {
            guard let state = find(name, line, &notes) else { continue }
            if states[state].marks == WireMarks() {
                states[state].marks = marks
            } else {
                states[state].marks.merge(marks)
            }
        }
        if draft.origin.isEmpty { fault(draft.line, "dialect \(draft.name) has no origin: say where it comes from") }
        if draft.transitions.isEmpty {
            fault(draft.line, "dialect \(draft.name) has no transition: write \"on start 220 to STATE\"")
        }
        let dialect = Dialect(
            name: draft.name, dialectClass: draft.dialectClass, origin: draft.origin,
            offers: offerLists.insert(draft.offers).memberAfterInsert, states: states,
            transitions: transitionLists.insert(transitions).memberAfterInsert,
            finals: finalLists.insert(finals).memberAfterInsert, connection: draft.connection,
            evidence: draft.evidence)
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
