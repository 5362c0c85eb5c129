import SMTP

/// The fixed bytes of a model's command templates (verb, blanks, colon), as the wire shows them: bytes in, the set of
/// templates that are spelled so out. O(number of bytes).
struct SpellingTable: Sendable {
    private var masks: [[Fingerprint: TemplateMask]] =
        Array(repeating: [:], count: TemplateIndex.Slot.allCases.count)

    /// Templates whose argument nobody else has, however the rest is spelled; logs fold letter case.
    private var owned: TemplateMask = 0

    mutating func add(_ fixed: String, slot: TemplateIndex.Slot, number: Int, isOwned: Bool) {
        if isOwned { owned |= .only(number) }
        masks[Int(slot.rawValue)][Fingerprint.of(fixed), default: 0] |= .only(number)
    }

    func mask(_ slot: TemplateIndex.Slot, _ fixed: Span<UInt8>) -> TemplateMask {
        var fingerprint = Fingerprint()
        fingerprint.add(fixed, 0..<fixed.count)
        let spelled = masks[Int(Self.base(slot).rawValue)][fingerprint] ?? 0
        return Self.base(slot) == .helo ? spelled | owned : spelled
    }

    func possibleMasks(_ slot: TemplateIndex.Slot) -> Set<TemplateMask> {
        let spelled = masks[Int(Self.base(slot).rawValue)].values
        return Self.base(slot) == .helo ? Set(spelled.map { $0 | owned } + [owned]) : Set(spelled)
    }

    private static func base(_ slot: TemplateIndex.Slot) -> TemplateIndex.Slot {
        slot == .heloAfterAbort ? .helo : slot
    }

    /// The bytes of a template before what varies in it.
    static func fixedPart(of template: MessageTemplate, slot: TemplateIndex.Slot) -> String {
        let text = Array(template.text.utf8)
        switch slot {
        case .message, .unknown: return ""
        default:
            let count = fixedCount(of: text.span, slot: slot)
            let fixed = text.prefix(count).prefix { $0 != UInt8(ascii: "{") }
            return String(decoding: fixed, as: UTF8.self)
        }
    }

    /// How many bytes of a command line are its fixed part: for HELO the verb and the blanks behind it if they are not
    /// the usual single one, for MAIL and RCPT everything up to the address, for AUTH and the like two words, for others
    /// the verb and what blanks follow it.
    static func fixedCount(of line: Span<UInt8>, slot: TemplateIndex.Slot) -> Int {
        let blank = UInt8(ascii: " ")
        var end = 0
        switch slot {
        case .helo, .heloAfterAbort:
            while end < line.count, line[end] != blank { end += 1 }
            var argument = end
            while argument < line.count, line[argument] == blank { argument += 1 }
            return argument == line.count || argument - end == 1 ? end : argument
        case .mail, .recipient:
            while end < line.count, line[end] != UInt8(ascii: ":") { end += 1 }
            while end < line.count, line[end] == UInt8(ascii: ":") || line[end] == blank { end += 1 }
            return end
        case .other:
            while end < line.count, line[end] != blank { end += 1 }
            guard end == 4, line[0] | 0x20 == UInt8(ascii: "a") else { return end }
            end += 1
            while end < line.count, line[end] != blank { end += 1 }
            return min(end, line.count)
        case .data, .message, .reset, .startTLS, .unknown, .quit:
            while end < line.count, line[end] != blank { end += 1 }
            // BDAT has an argument; the other commands have none, and a blank behind them is part of how they are spelled.
            return end > 0 && line[0] | 0x20 == UInt8(ascii: "b") ? end : line.count
        }
    }
}
