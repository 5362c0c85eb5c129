/// A parameter of a Postfix configuration set to a value, in the place where it is written.
struct PostfixSetting: Hashable {
    /// The service in `master.cf`; `nil` for `main.cf`.
    var service: PostfixService?

    /// The parameter.
    var parameter: String

    /// Its text, in one line.
    var value: String
}

extension PostfixConfiguration {
    /// A setting in the place where the parameter is written that holds for a service.
    func setting(_ name: String, _ value: String, in service: PostfixService? = nil) -> PostfixSetting {
        let holder = service?.overrides[name] == nil ? nil : service
        return PostfixSetting(service: holder, parameter: name, value: value)
    }

    /// The configuration with these settings.
    func applying(_ settings: [PostfixSetting]) -> PostfixConfiguration {
        var changed = self
        for setting in settings {
            if let label = setting.service?.label {
                for index in changed.services.indices where changed.services[index].label == label {
                    changed.services[index].overrides[setting.parameter] = setting.value
                    changed.services[index].line = Self.line(changed.services[index].line, setting)
                }
            } else {
                changed.raw[setting.parameter] = setting.value
            }
        }
        return changed
    }

    /// The commands that make these settings and have Postfix read them; each is one line to paste. Empty where there is
    /// nothing to do, and where `postconf` cannot write it.
    func commands(_ settings: [PostfixSetting]) -> [String] {
        let changes = settings.filter { setting in
            let isWritten = setting.service.map { $0.overrides[setting.parameter] != nil } ?? true
            return !isWritten || written(setting.parameter, in: setting.service) != setting.value
        }
        guard !changes.isEmpty, !changes.contains(where: { $0.service == nil && opaque.contains($0.parameter) }) else {
            return []
        }
        var commands: [String] = []
        var labels: [String] = []
        let main = changes.filter { $0.service == nil }
        if !main.isEmpty {
            let words = main.map { ShellWord.quoted("\($0.parameter) = \($0.value)") }
            commands.append("postconf \(option)-e " + words.joined(separator: " "))
        }
        for setting in changes {
            guard let service = setting.service, !labels.contains(service.label) else { continue }
            labels.append(service.label)
            let own = changes.filter { $0.service?.label == service.label }
            // postconf -P takes no blanks; postconf -M takes a whole line.
            if own.allSatisfy({ !$0.value.contains(where: \.isWhitespace) }) {
                let words = own.map { ShellWord.quoted("\(service.label)/\($0.parameter)=\($0.value)") }
                commands.append("postconf \(option)-P " + words.joined(separator: " "))
            } else {
                guard !service.line.isEmpty, own.allSatisfy({ Self.isBalanced($0.value) }) else { return [] }
                let line = own.reduce(service.line) { Self.line($0, $1) }
                commands.append("postconf \(option)-M " + ShellWord.quoted("\(service.label)=\(line)"))
            }
        }
        return commands + [reload]
    }

    /// The commands that take parameters away where they are written: from a service, or from `main.cf`.
    func removals(_ names: [String], from service: PostfixService?) -> [String] {
        guard !names.isEmpty else { return [] }
        guard let service else { return ["postconf \(option)-X " + names.map(ShellWord.bare).joined(separator: " ")] }
        let words = names.map { ShellWord.bare("\(service.label)/\($0)") }
        return ["postconf \(option)-PX " + words.joined(separator: " ")]
    }

    /// The command that has Postfix read its configuration.
    var reload: String { "postfix \(option)reload" }

    /// A line of `master.cf` with a setting in it.
    private static func line(_ line: String, _ setting: PostfixSetting) -> String {
        if line.isEmpty { return line }
        let argument = "{\(setting.parameter)=\(setting.value)}"
        var isOption = false
        var isFound = false
        var rest = line[...]
        var result = ""
        // Blanks between words stay, as the words do.
        while let word = words(rest).first {
            result += rest[..<word.startIndex]
            rest = rest[word.endIndex...]
            let bare = word.hasPrefix("{") && word.hasSuffix("}") ? word.dropFirst().dropLast() : word
            let name = bare.prefix { $0 != "=" }.trimmed
            if isOption, name == setting.parameter {
                result += argument
                isFound = true
            } else {
                result += word
            }
            isOption = word == "-o"
        }
        result += rest
        return isFound ? result : result[...].trimmed + " -o \(argument)"
    }

    /// The words of a line of `master.cf`, which only blanks part.
    private static func words(_ text: Substring) -> [Substring] { MilterEntry.words(text, separators: [" ", "\t"]) }

    /// Whether each brace has its fellow.
    private static func isBalanced(_ text: String) -> Bool {
        var depth = 0
        for character in text {
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            if depth < 0 { return false }
        }
        return depth == 0
    }
}
