/// A command line cut into words as Postfix does it.
///
/// Blanks and tabs part words, except within `<>` and quotes; a colon ends a word that is the first argument, so that
/// `FROM:<a>` and `FROM: <a>` are the same.
struct SMTPCommandLine {
    /// The first word, as written.
    let verb: String
    /// The other words.
    private(set) var arguments: [String]

    init(_ line: String) {
        var words = SMTPCommandLine.words(of: line)
        verb = words.isEmpty ? "" : words.removeFirst()
        arguments = words
        if let first = arguments.first, let colon = first.firstIndex(of: ":"), !first.hasPrefix("<") {
            let rest = first[first.index(after: colon)...]
            arguments[0] = String(first[...colon])
            if !rest.isEmpty { arguments.insert(String(rest), at: 1) }
        }
    }

    /// Takes away the first argument if it is a keyword, whatever its case.
    mutating func removeKeyword(_ keyword: String) -> Bool {
        guard arguments.first?.uppercased() == keyword else { return false }
        arguments.removeFirst()
        return true
    }

    /// Whether it is something no SMTP client says: a request of HTTP, or a header.
    var isForbidden: Bool {
        ["CONNECT", "GET", "POST"].contains(verb.uppercased())
            || verb.prefixMatch(of: /[!-9;-~]+:/.matchingSemantics(.unicodeScalar)) != nil
    }

    /// Whether an address has a syntax that Postfix takes.
    static func isAddress(_ argument: String, mayBeEmpty: Bool) -> Bool {
        let address = EnvelopeAddress(argument)
        guard argument.hasPrefix("<") == argument.hasSuffix(">") else { return false }
        if address.text.isEmpty { return mayBeEmpty && argument == "<>" }
        return !address.text.hasSuffix("@") && !address.text.hasPrefix("@")
    }

    /// The reply to parameters of which one is not known or not right; nil if all are.
    static func refusal(ofParameters parameters: ArraySlice<String>, known: [String]) -> ScenarioReply? {
        for parameter in parameters {
            let upper = parameter.uppercased()
            guard known.contains(where: { $0.hasSuffix("=") ? upper.hasPrefix($0) : upper == $0 }) else {
                return ScenarioReply("555 5.5.4 Unsupported option: \(parameter)")
            }
            if upper.hasPrefix("SIZE=") {
                guard let size = Int(parameter.dropFirst(5)), size >= 0 else {
                    return ScenarioReply("501 5.5.4 Bad message size syntax")
                }
                if size > 10_240_000 { return ScenarioReply("552 5.3.4 Message size exceeds fixed limit") }
            }
        }
        return nil
    }

    private static func words(of line: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        var isQuoted = false
        var depth = 0
        for scalar in line.unicodeScalars {
            if (scalar == " " || scalar == "\t") && !isQuoted && depth == 0 {
                if !word.isEmpty { words.append(String(word)) }
                word = String.UnicodeScalarView()
                continue
            }
            if scalar == "\"" { isQuoted.toggle() }
            if scalar == "<" && !isQuoted { depth += 1 }
            if scalar == ">" && !isQuoted { depth = max(0, depth - 1) }
            word.append(scalar)
        }
        if !word.isEmpty { words.append(String(word)) }
        return words
    }
}
