import Dialects
import SMTP

/// Whether one template takes one message, decided from the template's parts alone: the slow way.
struct ReferenceMatch {
    private let owned: Set<String>

    init(_ model: DialectModel) {
        var owned: Set<String> = []
        for content in model.dialects.flatMap(\.states).compactMap(\.template?.content) {
            if case .helo(let pattern, _) = content, case .literal(let text, isOwned: true) = pattern.content {
                owned.insert(text)
            }
        }
        self.owned = owned
    }

    func takes(_ pattern: HELOPattern, _ argument: String) -> Bool {
        let shape = Site.shape(argument)
        guard shape.traits.isSuperset(of: pattern.required), shape.traits.isDisjoint(with: pattern.forbidden) else {
            return false
        }
        switch pattern.content {
        case .literal(let text, _): return text == argument
        case .forms(let forms): return forms.contains(shape.form) && !owned.contains(argument)
        case .skeleton(let text):
            guard shape.form == .fqdn, !owned.contains(argument) else { return false }
            let wanted = text.split(separator: ".", omittingEmptySubsequences: false)
            let given = argument.split(separator: ".", omittingEmptySubsequences: false)
            return wanted.count == given.count && zip(wanted, given).allSatisfy { $0 == "{label}" || $0 == $1 }
        }
    }

    func takes(_ address: AddressPattern, _ parameters: [ParameterPattern], _ arguments: [String], sender: String?)
        -> Bool
    {
        let text = arguments[0]
        let isBracketed = text.hasPrefix("<") && text.hasSuffix(">") && text.count >= 2
        let form: MailAddress.Form = text == "<>" ? .null : isBracketed ? .bracketed : .bare
        guard address.forms.contains(form) else { return false }
        let bare = isBracketed ? String(text.dropFirst().dropLast()) : text
        switch address.content {
        case .any: break
        case .literal(let literal): guard literal == bare else { return false }
        case .sameAsSender: guard sender?.lowercased() == bare.lowercased() else { return false }
        }
        return takes(parameters[...], arguments.dropFirst())
    }

    private func takes(_ patterns: ArraySlice<ParameterPattern>, _ given: ArraySlice<String>) -> Bool {
        guard let pattern = patterns.first else { return given.isEmpty }
        if pattern.isOptional, takes(patterns.dropFirst(), given) { return true }
        guard let word = given.first, takes(pattern, word) else { return false }
        return takes(patterns.dropFirst(), given.dropFirst())
    }

    private func takes(_ pattern: ParameterPattern, _ word: String) -> Bool {
        if pattern.value == .absent { return word == pattern.name }
        guard word.hasPrefix("\(pattern.name)=") else { return false }
        let value = word.dropFirst(pattern.name.count + 1)
        return switch pattern.value {
        case .absent: false
        case .any: true
        case .number: !value.isEmpty && value.utf8.allSatisfy { 0x30...0x39 ~= $0 }
        case .literal(let text): value == text
        }
    }

    func takes(_ layout: HeaderLayout, _ headers: [(name: String, value: String)]) -> Bool {
        switch layout {
        case .any: true
        case .prefix(let prefix):
            headers.count >= prefix.count
                && zip(prefix, headers).allSatisfy { wanted, given in
                    let hasBlank = given.value.hasPrefix(" ") && !given.value.hasPrefix("  ")
                    return wanted.name == given.name && wanted.hasBlank == hasBlank
                }
        }
    }

    func takes(_ word: String, command: String) -> Bool { command.prefix { $0 != " " } == word }
}
