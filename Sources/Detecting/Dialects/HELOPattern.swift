public import SMTP

/// What a dialect puts behind HELO or EHLO: literal text, text around one label, or any text of certain forms.
public struct HELOPattern: Sendable, Hashable {
    /// What the argument's text must be.
    public enum Content: Sendable, Hashable {
        /// Exactly this text. A text that the dialect owns is nobody else's: no placeholder takes it.
        case literal(String, isOwned: Bool)

        /// `{label}` stands for one label, the rest is literal: `{label}.net`, `www.{label}.com`.
        case skeleton(String)

        /// Any text of one of these forms.
        case forms(Set<HELOShape.Form>)
    }

    /// What the argument's text must be.
    public let content: Content

    /// Traits that must hold.
    public let required: HELOShape.Traits

    /// Traits that must not hold.
    public let forbidden: HELOShape.Traits

    static let formNames: [(String, HELOShape.Form)] = [
        ("fqdn", .fqdn), ("label", .singleLabel), ("ip", .bareIPv4), ("literal", .literalIPv4),
        ("literal6", .literalIPv6), ("localhost", .localhost), ("localdomain", .localhostLocaldomain),
        ("empty", .empty), ("malformed", .malformed),
    ]

    static let traitNames: [(String, HELOShape.Traits)] = [
        ("ptr", .equalsPTR), ("server", .equalsServer), ("other", .otherAddress), ("underscore", .underscore),
        ("upper", .uppercase),
    ]

    /// Reads an argument as a dialect document has it: literal text, in quotes when the dialect owns it; text with one `{label}` in it; or one placeholder
    /// of form names and trait words, such as `{fqdn|label}`, `{label +upper}`, `{fqdn -ptr}`, `{any}`.
    public init(_ text: String) throws(TemplateError) {
        guard let open = text.firstIndex(of: "{") else {
            guard !text.contains("}") else { throw TemplateError("\"}\" without \"{\" in \"\(text)\"") }
            let isOwned = text.count > 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
            self.init(content: .literal(isOwned ? String(text.dropFirst().dropLast()) : text, isOwned: isOwned))
            return
        }
        if text.first != "{" || text.last != "}" || text.dropFirst().contains("{") {
            let labels = text.split(separator: ".").filter { $0.contains("{") || $0.contains("}") }
            guard labels == ["{label}"], text.split(separator: ".").prefix(2).contains("{label}"), text.contains("."),
                text[open...].hasPrefix("{label}")
            else {
                throw TemplateError(
                    "\"\(text)\" mixes text and placeholders: only {label} as first or second label can")
            }
            self.init(content: .skeleton(text))
            return
        }
        var forms: Set<HELOShape.Form> = []
        var required: HELOShape.Traits = []
        var forbidden: HELOShape.Traits = []
        for (index, word) in text.dropFirst().dropLast().split(separator: " ").enumerated() {
            if index == 0 {
                for name in word.split(separator: "|") {
                    if name == "any" {
                        forms.formUnion(HELOShape.Form.allCases)
                    } else if let form = Self.formNames.first(where: { $0.0 == name })?.1 {
                        forms.insert(form)
                    } else {
                        throw TemplateError("\"\(name)\" is not a form of a HELO argument: \(Self.knownForms)")
                    }
                }
            } else if let trait = Self.traitNames.first(where: { $0.0 == word.dropFirst() })?.1,
                word.first == "+" || word.first == "-"
            {
                if word.first == "+" { required.insert(trait) } else { forbidden.insert(trait) }
            } else {
                throw TemplateError(
                    "\"\(word)\" is not a trait: use + or - before ptr, server, other, underscore, upper")
            }
        }
        guard !forms.isEmpty else { throw TemplateError("\"\(text)\" names no form: \(Self.knownForms)") }
        self.init(content: .forms(forms), required: required, forbidden: forbidden)
    }

    init(content: Content, required: HELOShape.Traits = [], forbidden: HELOShape.Traits = []) {
        self.content = content
        self.required = required
        self.forbidden = forbidden
    }

    /// Whether arguments with these traits are taken, as far as traits go.
    func admits(_ traits: HELOShape.Traits) -> Bool {
        traits.isSuperset(of: required) && traits.isDisjoint(with: forbidden)
    }

    private static var knownForms: String { "use any, " + formNames.map(\.0).joined(separator: ", ") }
}

extension HELOPattern {
    /// The placeholder for these forms, such as `{fqdn|literal}`.
    public static func text(for forms: Set<HELOShape.Form>) -> String {
        let names = formNames.filter { forms.contains($0.1) }.map(\.0)
        return names.count == formNames.count ? "{any}" : "{" + names.joined(separator: "|") + "}"
    }
}
