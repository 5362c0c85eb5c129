/// A page of the manual, written for man(7).
struct ManualPage {
    /// The name without the section, `argot-status`.
    let name: String
    /// The section: 1 commands, 5 files, 8 daemons.
    let section: Int
    private var lines: [String]

    /// What stands in front of a word.
    enum Face: String {
        case roman = "\\fR"
        case bold = "\\fB"
        case italic = "\\fI"
    }

    /// A page that so far has its title and its NAME section.
    init(_ name: String, section: Int, manual: String, version: String, summary: String) {
        self.name = name
        self.section = section
        lines = [
            ".\\\" Written by \"argot manual\" from the help texts and the registry of configuration keys.",
            ".TH \(Self.quoted(name.uppercased())) \(section) \"\" \(Self.quoted(version)) \(Self.quoted(manual))",
            // Long words of a command line are not to be broken, and no blanks spread.
            ".nh", ".ad l",
        ]
        heading("NAME")
        lines.append("\(Self.escaped(name)) \\- \(Self.escaped(Self.phrase(summary)))")
    }

    /// The file's name, `argot-status.1`.
    var fileName: String { "\(name).\(section)" }

    /// The page.
    var text: String { lines.joined(separator: "\n") + "\n" }

    /// Begins a section.
    mutating func heading(_ title: String) { lines.append(".SH \(Self.quoted(title.uppercased()))") }

    /// Begins a part of a section.
    mutating func subheading(_ title: String) { lines.append(".SS \(Self.quoted(title))") }

    /// Adds paragraphs, which line ends separate; lines that begin with two blanks stay as they are.
    mutating func text(_ text: String) {
        var isVerbatim = false
        for line in text.split(separator: "\n") {
            let stays = line.hasPrefix("  ")
            if stays != isVerbatim { lines.append(stays ? ".PP\n.nf" : ".fi") }
            if !stays { lines.append(".PP") }
            lines.append(Self.line(stays ? String(line) : Self.marked(String(line))))
            isVerbatim = stays
        }
        if isVerbatim { lines.append(".fi") }
    }

    /// Adds a term, formatted already, and what it means.
    mutating func item(_ term: String, _ meaning: String...) {
        lines += [".TP", Self.line(term)]
        for (index, paragraph) in meaning.filter({ !$0.isEmpty }).enumerated() {
            if index > 0 { lines.append(".br") }
            lines.append(Self.line(Self.marked(paragraph)))
        }
    }

    /// Adds lines that stay as they are, indented.
    mutating func example(_ text: String) {
        lines +=
            [".PP", ".nf", ".RS 4"]
            + text.split(separator: "\n", omittingEmptySubsequences: false).map {
                Self.line(Self.escaped(String($0)))
            }
        lines += [".RE", ".fi"]
    }

    /// Adds a line, formatted already, that hangs when it is broken: a synopsis.
    mutating func synopsis(_ line: String) { lines += [".HP", Self.line(line)] }

    /// Adds the SEE ALSO section: names with sections, `argotd(8)`.
    mutating func seeAlso(_ pages: [String]) {
        heading("SEE ALSO")
        lines.append(
            pages.map { page in
                let parts = page.split(separator: "(")
                return Self.set(String(parts[0]), in: .bold) + "(" + String(parts[1])
            }.joined(separator: ", "))
    }

    /// The word in a face, back in roman behind it.
    static func set(_ word: String, in face: Face) -> String { face.rawValue + escaped(word) + Face.roman.rawValue }

    /// The text with everything that troff would take for its own made plain.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            default: result.append(character)
            }
        }
        return result
    }

    /// Running text, with what looks like an option set in bold. Hyphens of words stay hyphens, and long lists without
    /// blanks may be broken behind their commas.
    private static func marked(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            if word.hasPrefix("--"), word.count > 2 { return set(String(word), in: .bold) }
            let plain = escaped(String(word)).replacing("\\-", with: "-")
            return word.count > 30 ? plain.replacing(",", with: ",\\:") : plain
        }.joined(separator: " ")
    }

    /// A line that does not look like a request.
    private static func line(_ text: String) -> String {
        text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }

    private static func quoted(_ text: String) -> String {
        "\"" + escaped(text).replacing("\"", with: "\\(dq") + "\""
    }

    /// A sentence as the phrase that NAME lines want: no capital, no full stop.
    private static func phrase(_ sentence: String) -> String {
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
