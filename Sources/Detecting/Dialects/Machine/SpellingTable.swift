import SMTP

/// The fixed bytes of a model's command templates (verb, blanks, colon), as the wire shows them: bytes in, a number out,
/// and from that the templates that are spelled so. O(number of bytes).
struct SpellingTable: Sendable {
    /// The number of a spelling that no template has; 0 stands for any spelling.
    static let foreign: UInt32 = 1

    /// By kind: the number of each spelling.
    private var numbers: [[Fingerprint: UInt32]] = Array(repeating: [:], count: TemplateIndex.Slot.allCases.count)

    /// By number: the templates in ascending order; nothing for any and for foreign ones.
    private var templates: [[UInt32]] = [[], []]

    /// Templates whose argument nobody else has, however the rest is spelled; logs fold letter case.
    private var owned: [UInt32] = []

    /// Adds a template; numbers must come in ascending order.
    mutating func add(_ fixed: String, slot: TemplateIndex.Slot, number: UInt32, isOwned: Bool) {
        if slot == .message || slot == .unknown { return }
        if isOwned { owned.append(number) }
        let fingerprint = Fingerprint.of(fixed)
        if let known = numbers[Int(slot.rawValue)][fingerprint] {
            templates[Int(known)].append(number)
        } else {
            numbers[Int(slot.rawValue)][fingerprint] = UInt32(templates.count)
            templates.append([number])
        }
    }

    /// The number of a spelling.
    func number(_ slot: TemplateIndex.Slot, _ fixed: Span<UInt8>) -> UInt32 {
        var fingerprint = Fingerprint()
        fingerprint.add(fixed, 0..<fixed.count)
        return numbers[Int(slot.rawValue)][fingerprint] ?? Self.foreign
    }

    /// Whether a template can be spelled so.
    func takes(_ slot: TemplateIndex.Slot, _ spelling: UInt32, _ template: UInt32) -> Bool {
        spelling == 0 || templates[Int(spelling)].holds(template) || slot == .helo && owned.holds(template)
    }

    /// The templates of a kind with `count` of them that are spelled so.
    func templates(_ slot: TemplateIndex.Slot, _ spelling: UInt32, count: Int) -> TemplateSet {
        guard spelling != 0 else { return TemplateSet(count: count, 0..<UInt32(count)) }
        var set = TemplateSet(count: count, templates[Int(spelling)])
        if slot == .helo { set.insert(owned) }
        return set
    }

    /// How many spellings of a kind there are, a foreign one included.
    func count(_ slot: TemplateIndex.Slot) -> Int { numbers[Int(slot.rawValue)].count + 1 }

    /// Every set of templates that a spelling leaves.
    func possibleSets(_ slot: TemplateIndex.Slot, count: Int) -> Set<TemplateSet> {
        var found = Set(numbers[Int(slot.rawValue)].values.map { templates(slot, $0, count: count) })
        if slot == .helo { found.insert(templates(slot, Self.foreign, count: count)) }
        return found
    }

    /// The bytes of a template before what varies in it.
    static func fixedPart(of template: MessageTemplate, slot: TemplateIndex.Slot) -> String {
        guard slot != .message, slot != .unknown else { return "" }
        let text = Array(withBlanks(template.text).utf8)
        let fixed = text.prefix(fixedCount(of: text.span, slot: slot)).prefix { $0 != UInt8(ascii: "{") }
        return String(decoding: fixed, as: UTF8.self)
    }

    /// A template's text with blanks and TABs as they stand on the wire.
    private static func withBlanks(_ text: String) -> String {
        guard MessageTemplate.mayHaveOddBlanks(text) else { return text }
        return text.replacing("{sp}", with: " ").replacing("{tab}", with: "\t")
    }

    /// How many bytes of a command line are its fixed part: for HELO the verb and the blanks behind it if they are not
    /// the usual single one, for MAIL and RCPT everything up to the address, for AUTH and the like two words, for others
    /// the verb and what blanks follow it.
    static func fixedCount(of line: Span<UInt8>, slot: TemplateIndex.Slot) -> Int {
        var verb = 0
        switch slot {
        case .mail, .recipient: return CommandArguments.start(of: line, slot)
        default: while verb < line.count, !CommandArguments.isBlank(line[verb]) { verb += 1 }
        }
        switch slot {
        case .helo, .heloAfterAbort:
            let argument = CommandArguments.start(of: line, slot)
            let isUsual = argument == verb + 1 && line[verb] == UInt8(ascii: " ")
            return argument == line.count || isUsual ? verb : argument
        case .other:
            guard verb == 4, line[0] | 0x20 == UInt8(ascii: "a") else { return verb }
            var end = verb + 1
            while end < line.count, !CommandArguments.isBlank(line[end]) { end += 1 }
            return min(end, line.count)
        // BDAT has an argument; the other commands have none, and a blank behind them is part of how they are spelled.
        default: return verb > 0 && line[0] | 0x20 == UInt8(ascii: "b") ? verb : line.count
        }
    }
}
