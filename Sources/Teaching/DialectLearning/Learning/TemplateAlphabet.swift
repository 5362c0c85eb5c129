import Dialects
import SMTP

/// The messages of a dialect: what was heard, joined where only the situation differs.
///
/// HELO arguments of several forms become one template (`{fqdn|literal}`), an address that is empty at times `<{path}>`, and
/// parameters that are missing at times optional. Verb, case, blanks and brackets are never joined: they are how the
/// program is written. What a set of texts becomes depends on the set alone.
struct TemplateAlphabet {
    /// The most unknown commands that a dialect names; with more of them all are `{junk}`.
    static let maximumUnknown = 16

    /// The most names of its own that a program greets with.
    static let maximumNames = 3

    /// From a text that was heard to the template that stands for it.
    private(set) var templates: [String: MessageTemplate] = [:]

    /// - Parameters:
    ///   - counts: how often each text was heard.
    ///   - composes: whether the program writes the headers itself, so that they are part of how it speaks.
    init(_ counts: [String: Int], composes: Bool) {
        var groups: [String: [MessageTemplate]] = [:]
        var contents: [(names: [String], count: Int)] = []
        for text in counts.keys.sorted() {
            guard let template = (try? MessageTemplate(text)) ?? (try? MessageTemplate("{junk}")) else { continue }
            templates[text] = template
            switch template.content {
            case .helo, .mail, .recipient: groups[Self.spelling(of: template), default: []].append(template)
            case .message(let layout): contents.append((Self.words(of: layout), counts[text, default: 1]))
            default: break
            }
        }
        for (_, group) in groups where group.count > 1 {
            guard let joined = Self.joined(group) else { continue }
            for template in group { templates[template.text] = joined }
        }
        joinContents(contents, composes: composes)
        joinUnknown()
    }

    /// What the group's texts share: everything before the argument, and whether addresses have brackets.
    private static func spelling(of template: MessageTemplate) -> String {
        let text = template.text
        // Odd blanks are spelling wherever they stand.
        guard !text.contains("{sp}"), !text.contains("{tab}"), !text.contains("}  "), !text.contains(">  ") else {
            return text
        }
        let fixed = text.prefix { !"{<\"".contains($0) }
        switch template.content {
        case .mail(let address, _), .recipient(let address, _):
            return fixed + (address.forms == [.bare] ? "" : "<")
        default: return String(fixed)
        }
    }

    // MARK: Joining

    private static func joined(_ group: [MessageTemplate]) -> MessageTemplate? {
        guard let first = group.first else { return nil }
        let fixed = first.text.prefix { $0 != "{" && $0 != "<" }
        switch first.content {
        case .helo:
            var forms: Set<HELOShape.Form> = []
            var names: Set<String> = []
            for case .helo(let pattern, _) in group.map(\.content) {
                switch pattern.content {
                case .forms(let some): forms.formUnion(some)
                case .literal(let name, _), .skeleton(let name): names.insert(name)
                }
            }
            // A few names of its own are names of its own; many, or names beside a host's, are names of hosts.
            guard names.isEmpty || !forms.isEmpty || names.count > maximumNames else { return nil }
            for name in names { forms.insert(HELOShape(of: name.utf8, client: nil, ptr: nil, server: nil).form) }
            return try? MessageTemplate(first.text.prefix { !"{\"".contains($0) } + HELOPattern.text(for: forms))
        case .mail, .recipient:
            var forms: Set<MailAddress.Form> = []
            var lists: [[Parameter]] = []
            for template in group {
                switch template.content {
                case .mail(let address, let list), .recipient(let address, let list):
                    forms.formUnion(address.forms)
                    lists.append(list.map(Parameter.init))
                default: return nil
                }
            }
            guard let parameters = merged(lists) else { return nil }
            // `<{addr}>` is met by a null path too: only the texts say whether one was heard.
            let isNullHeard = group.contains { template in
                let rest = template.text.dropFirst(fixed.count)
                return rest.hasPrefix("<>") || rest.hasPrefix("<{path}>")
            }
            let address =
                forms == [.bare] ? "{addr}" : forms == [.null] ? "<>" : isNullHeard ? "<{path}>" : "<{addr}>"
            return try? MessageTemplate(fixed + address + parameters)
        default: return nil
        }
    }

    private struct Parameter: Hashable, Comparable {
        var name: String
        var value: String?
        var isOptional: Bool

        init(_ pattern: ParameterPattern) {
            name = pattern.name
            isOptional = pattern.isOptional
            value =
                switch pattern.value {
                case .absent: nil
                case .number: "{n}"
                case .any: "{x}"
                case .literal(let text): text
                }
        }

        /// What two of them must share to be one.
        var key: String { value == nil ? name : name + "=" }

        static func < (a: Parameter, b: Parameter) -> Bool { a.key < b.key }
    }

    /// All parameters in an order that every list keeps, optional where a list lacks them; `nil` when the lists contradict
    /// each other or name one twice.
    private static func merged(_ lists: [[Parameter]]) -> String? {
        var followers: [String: Set<String>] = [:]
        var values: [String: Set<String?>] = [:]
        var counts: [String: Int] = [:]
        for list in lists {
            guard Set(list.map(\.key)).count == list.count else { return nil }
            for (index, parameter) in list.enumerated() {
                counts[parameter.key, default: 0] += parameter.isOptional ? 0 : 1
                values[parameter.key, default: []].insert(parameter.value)
                followers[parameter.key, default: []].formUnion(list[(index + 1)...].map(\.key))
            }
        }
        var text = ""
        var left = Set(counts.keys)
        while !left.isEmpty {
            let free = left.filter { key in !left.contains { followers[$0, default: []].contains(key) } }
            guard let next = free.min() else { return nil }
            left.remove(next)
            let known = values[next, default: []]
            let word = known == [nil] ? next : next + (known.count == 1 ? known.first.flatMap { $0 } ?? "" : "{x}")
            text += counts[next] == lists.count ? " " + word : "[ \(word)]"
        }
        return text
    }

    // MARK: Content and unknown commands

    private static func words(of layout: HeaderLayout) -> [String] {
        switch layout {
        case .any: []
        case .prefix(let headers): headers.map { $0.hasBlank ? $0.name : $0.name + "!" }
        }
    }

    /// The headers that every mail began with, if the program writes them and there are enough mails to tell.
    private mutating func joinContents(_ contents: [(names: [String], count: Int)], composes: Bool) {
        var common = contents.first?.names ?? []
        for (names, _) in contents {
            common = zip(common, names).prefix { $0 == $1 }.map(\.0)
        }
        let isTelling = composes && contents.map(\.count).reduce(0, +) >= 3
        let text = isTelling && !common.isEmpty ? "{message " + common.joined(separator: ",") + "}" : "{message}"
        guard let template = try? MessageTemplate(text) else { return }
        for (text, old) in templates {
            if case .message = old.content { templates[text] = template }
        }
    }

    private mutating func joinUnknown() {
        let unknown = templates.filter { if case .unknown = $0.value.content { true } else { false } }
        guard Set(unknown.values.map(\.text)).count > Self.maximumUnknown,
            let junk = try? MessageTemplate("{junk}")
        else { return }
        for text in unknown.keys { templates[text] = junk }
    }
}
