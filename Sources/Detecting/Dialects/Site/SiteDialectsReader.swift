import Documents
import SMTP

/// Reads a document of a site's dialects statement by statement.
struct SiteDialectsReader: SignedStatementReader {
    var notes: DocumentNotes
    private var origin: SiteDialects.Origin?
    private var dialects: [SiteDialect] = []
    private var places: Set<String> = []
    private var isWhole = false

    static let longestLine = SiteDialectsDocument.longestLine
    static let kind = "a file of site dialects"
    static let signature = SiteDialectsDocument.signature
    static let remedy = "run argot teach again"

    init(file: String) { notes = DocumentNotes(file: file, mostFaults: SiteDialectsDocument.mostFaults) }

    mutating func take(_ statement: Statement) -> Bool {
        let (verb, words) = (statement.verb, statement.words)
        guard !isWhole else {
            fault("\"\(verb.prefix(40))\" is behind the end: remove what follows it")
            return false
        }
        switch verb {
        case "taught": readOrigin(words)
        case "dialect": readDialect(words)
        case "end": readEnd(words)
        case "shape", "label", "seen", "spam", "honest", "source", "apart": readFact(verb, words, statement.text)
        default:
            fault(
                "unknown statement \"\(verb.prefix(40))\": taught, dialect, shape, label, seen, spam, honest, source, "
                    + "apart or end is meant")
        }
        return true
    }

    /// The dialects, or what is wrong.
    mutating func finish() throws(DocumentFaults) -> SiteDialects {
        if !hasBegun, notes.isSound { fault("the file is empty: run argot teach again") }
        if notes.isSound, origin == nil { fault("\"taught\" is missing: is the file complete?") }
        if notes.isSound, !isWhole { fault("\"end\" is missing: the file is not whole; run argot teach again") }
        guard notes.isSound, let origin else { throw DocumentFaults(notes.faults) }
        return SiteDialects(dialects, origin: origin)
    }

    private mutating func readOrigin(_ words: [Substring]) {
        let numbers = words.dropFirst().compactMap { Int64($0) }.filter { $0 >= 0 }
        guard words.count == 4, numbers.count == 3, let sightings = Int(exactly: numbers[1]),
            let judged = Int(exactly: numbers[2])
        else { return fault("three numbers are expected: \"taught TIME SIGHTINGS JUDGED\"") }
        guard origin == nil else { return fault("\"taught\" is given twice: remove one") }
        origin = SiteDialects.Origin(time: UnixTime(seconds: numbers[0]), sightings: sightings, judged: judged)
    }

    private mutating func readDialect(_ words: [Substring]) {
        guard words.count == 5, let depth = SiteDialect.Depth(rawValue: String(words[1])),
            let fingerprint = UInt64(words[2], radix: 16), let vantage = Vantage(rawValue: String(words[3])),
            let state = SiteDialect.State(rawValue: String(words[4]))
        else {
            return fault(
                "depth (course, speech, named), fingerprint in hexadecimal digits, vantage and state (hostile, mixed, honest, "
                    + "unknown) are expected: \"dialect DEPTH FINGERPRINT VANTAGE STATE\"")
        }
        guard depth != .course || UInt32(exactly: fingerprint) != nil else {
            return fault("the fingerprint of a course has at most eight digits")
        }
        guard places.insert("\(depth.rawValue) \(fingerprint)").inserted else {
            return fault("the fingerprint is given twice at this depth: remove one")
        }
        guard dialects.count < SiteDialects.most else {
            return fault("more than \(SiteDialects.most) dialects: is this a file of site dialects?")
        }
        dialects.append(
            SiteDialect(depth: depth, fingerprint: fingerprint, vantage: vantage, state: state, shape: ""))
    }

    private mutating func readEnd(_ words: [Substring]) {
        guard words.count == 2, Int(words[1]) == dialects.count else {
            return fault("there are \(dialects.count) dialects before the end: is the file complete?")
        }
        isWhole = true
    }

    private mutating func readFact(_ verb: Substring, _ words: [Substring], _ text: Substring) {
        guard var dialect = dialects.popLast() else {
            return fault("\"\(verb)\" is before the first dialect: move it down")
        }
        defer { dialects.append(dialect) }
        switch verb {
        case "shape":
            let shape = text.dropFirst("shape ".count)
            guard shape.utf8.count <= DialectFingerprints.longestShape, shape.utf8.allSatisfy({ 0x20...0x7e ~= $0 })
            else {
                return fault(
                    "the shape must have at most \(DialectFingerprints.longestShape) printable ASCII characters")
            }
            dialect.shape = String(shape)
        case "label":
            guard words.count == 3, SiteDialectsDocument.isName(words[1]),
                let dialectClass = DialectClass(rawValue: String(words[2]))
            else {
                return fault(
                    "a name of letters, digits, dots and hyphens and a class are expected: \"label NAME CLASS\"")
            }
            dialect.label = SiteDialect.Label(name: String(words[1]), dialectClass: dialectClass)
        case "seen":
            guard let numbers = counts(words, 2) else { return }
            (dialect.sightings, dialect.networks) = (numbers[0], numbers[1])
        case "spam", "honest":
            guard let numbers = counts(words, 5, weighed: true), let weight = number(words[5], upTo: 1e9) else {
                return
            }
            let side = SiteDialect.Side(
                networks: numbers[0], organisations: numbers[1], sightings: numbers[2], days: numbers[3], weight: weight
            )
            if verb == "spam" { dialect.spam = side } else { dialect.honest = side }
        case "source":
            guard words.count == 3, let count = Int(words[2]), count >= 0, dialect.sources.count < 64 else {
                return fault("a source and a count are expected: \"source NAME NETWORKS\"")
            }
            dialect.sources[String(words[1])] = count
        default:
            guard words.count == 3, dialect.distinctions.count < 16, let difference = number(words[2], upTo: 1) else {
                return fault("an aspect and a number are expected: \"apart ASPECT DIFFERENCE\"")
            }
            dialect.distinctions.append(SiteDialect.Distinction(aspect: String(words[1]), difference: difference))
        }
    }

    private mutating func counts(_ words: [Substring], _ count: Int, weighed: Bool = false) -> [Int]? {
        let whole = weighed ? count - 1 : count
        let numbers = words.dropFirst().prefix(whole).compactMap { Int($0) }.filter { $0 >= 0 }
        guard words.count == count + 1, numbers.count == whole else {
            fault("\"\(words[0])\" needs \(count) numbers, none of them negative")
            return nil
        }
        return numbers
    }

    private mutating func number(_ word: Substring, upTo limit: Double) -> Double? {
        guard let value = Double(word), value.isFinite, 0...limit ~= value else {
            fault("\"\(word.prefix(40))\" is not a number from 0 to \(limit)")
            return nil
        }
        return value
    }
}
