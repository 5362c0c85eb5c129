/// Text that strangers may have shaped, as it is shown: the one escaper of all output.
///
/// Clients choose their HELO, addresses and headers, servers their replies, others may have edited a file or a database.
/// What steers a terminal, hides, or turns the order of what is read never reaches a reader: control characters (C0, DEL,
/// C1), marks and isolates of writing direction, line and paragraph separators, blanks other than the space, zero-width and
/// other invisible characters, tags, byte order marks, unassigned and private characters. They are written as `\u{202e}`.
/// Letters of all scripts stay readable. Bytes that are not UTF-8 have become U+FFFD, which shows.
public struct PrintableText: Hashable, Sendable, CustomStringConvertible {
    private let text: String

    /// Text from anywhere.
    public init(_ text: some StringProtocol) { self.text = String(text) }

    /// The text on one line. O(length).
    public var description: String { Self.isPlain(text) ? text : escaped() }

    /// The text on one line in quotes, with quotes and backslashes escaped.
    public var quoted: String { "\"" + escaped(quotes: true) + "\"" }

    /// The text as the value of a field in a log line: as it is when nothing in it could be mistaken, else in quotes; `-` when
    /// it is empty. Printable ASCII only, so that no program and no locale reads it otherwise.
    public var logValue: String {
        if text.isEmpty { return "-" }
        let isPlain = text.utf8.allSatisfy {
            0x21...0x7e ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        return isPlain ? text : "\"" + escaped(quotes: true, isASCII: true) + "\""
    }

    /// Adds ``logValue`` of a text to a line. O(length), and no allocation where nothing has to be escaped.
    public static func append(logValueOf text: String, to line: inout [UInt8]) {
        let bytes = text.utf8.span
        let start = line.count
        for index in bytes.indices {
            let byte = bytes[index]
            guard 0x21...0x7e ~= byte, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
                line.removeLast(line.count - start)
                line += PrintableText(text).logValue.utf8
                return
            }
            line.append(byte)
        }
        if bytes.count == 0 { line.append(UInt8(ascii: "-")) }
    }

    /// The text as a string of JSON, printable ASCII only.
    public var json: String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case " "..."~": result.unicodeScalars.append(scalar)
            default: result += Self.utf16(scalar)
            }
        }
        return result + "\""
    }

    /// The text as markup of XML, in content or in an attribute between double quotes.
    public var markup: String {
        description.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// A text of several lines: line ends and tabs stay, everything else is as in ``description``.
    public static func lines(_ text: String) -> String {
        if text.utf8.allSatisfy({ 0x20...0x7e ~= $0 || $0 == 0x0a || $0 == 0x09 }) { return text }
        // By scalars: a carriage return and a line feed are one character.
        return text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map { PrintableText(String($0)).description }
                .joined(separator: "\t")
        }.joined(separator: "\n")
    }

    /// A document of JSON with its strings' invisible characters escaped as JSON does it: it says the same. Line ends between
    /// its values stay.
    public static func json(document: String) -> String {
        if document.utf8.allSatisfy({ 0x20...0x7e ~= $0 || $0 == 0x0a }) { return document }
        var result = ""
        var marks = -1
        for scalar in document.unicodeScalars {
            if scalar == "\n" || shows(scalar, after: &marks) {
                result.unicodeScalars.append(scalar)
            } else {
                result += utf16(scalar)
            }
        }
        return result
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { 0x20...0x7e ~= $0 } }

    private func escaped(quotes: Bool = false, isASCII: Bool = false) -> String {
        var result = ""
        var marks = -1
        for scalar in text.unicodeScalars {
            if quotes, scalar == "\"" || scalar == "\\" {
                result += "\\\(scalar)"
            } else if Self.shows(scalar, after: &marks), scalar.isASCII || !isASCII {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }

    /// How many marks may stand on one letter.
    private static let maximumMarks = 3

    /// Whether a character shows by itself. `marks` counts those on the letter before; -1 where there is no letter.
    private static func shows(_ scalar: Unicode.Scalar, after marks: inout Int) -> Bool {
        if " "..."~" ~= scalar {
            marks = scalar == " " ? -1 : 0
            return true
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            marks = -1
            return false
        case .nonspacingMark, .enclosingMark:
            // Marks without a letter change what stands before them, and many of them what stands around.
            if scalar.properties.isDefaultIgnorableCodePoint || marks < 0 || marks >= maximumMarks { return false }
            marks += 1
            return true
        default:
            // Fillers are letters that do not show; U+2800 is a pattern of Braille without dots.
            if scalar.properties.isDefaultIgnorableCodePoint || scalar.value == 0x2800 {
                marks = -1
                return false
            }
            marks = 0
            return true
        }
    }

    /// The escape of JSON, in two parts where it needs them.
    private static func utf16(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { "\\u" + $0.padded(to: 4, radix: 16) }.joined()
    }
}
