import Foundation
import SMTP
import Testing

/// What strangers have said is shown, and does nothing else.
@Suite("Text that is shown")
struct PrintableTextTests {
    /// Everything that steers, hides or reorders, one of a kind.
    static let hostile: [(String, String)] = [
        ("\u{0}", "\\u{0}"), ("\u{7}", "\\u{7}"), ("\u{8}", "\\u{8}"), ("\t", "\\u{9}"), ("\n", "\\u{a}"),
        ("\r", "\\u{d}"),
        ("\r\n", "\\u{d}\\u{a}"), ("\u{1b}[2J", "\\u{1b}[2J"), ("\u{7f}", "\\u{7f}"), ("\u{85}", "\\u{85}"),
        ("\u{9b}31m", "\\u{9b}31m"), ("\u{9d}", "\\u{9d}"), ("\u{a0}", "\\u{a0}"), ("\u{ad}", "\\u{ad}"),
        ("\u{34f}", "\\u{34f}"), ("\u{61c}", "\\u{61c}"), ("\u{115f}", "\\u{115f}"), ("\u{180e}", "\\u{180e}"),
        ("\u{200b}", "\\u{200b}"), ("\u{200d}", "\\u{200d}"), ("\u{200e}", "\\u{200e}"), ("\u{2028}", "\\u{2028}"),
        ("\u{2029}", "\\u{2029}"), ("\u{202a}", "\\u{202a}"), ("\u{202e}", "\\u{202e}"), ("\u{2066}", "\\u{2066}"),
        ("\u{2069}", "\\u{2069}"), ("\u{2060}", "\\u{2060}"), ("\u{2800}", "\\u{2800}"), ("\u{3000}", "\\u{3000}"),
        ("\u{3164}", "\\u{3164}"), ("\u{fe0f}", "\\u{fe0f}"), ("\u{feff}", "\\u{feff}"), ("\u{fff9}", "\\u{fff9}"),
        ("\u{e000}", "\\u{e000}"), ("\u{e0041}", "\\u{e0041}"), ("\u{e01ef}", "\\u{e01ef}"),
        ("\u{10ffff}", "\\u{10ffff}"),
        ("\u{301}", "\\u{301}"),
    ]

    @Test("everything that steers, hides or reorders is escaped in every form", arguments: hostile)
    func escaped(text: String, shown: String) throws {
        #expect("\(PrintableText(text))" == shown)
        #expect("\(PrintableText("a \(text)b"))" == "a \(shown)b")
        #expect(PrintableText(text).quoted == "\"\(shown)\"")
        #expect(PrintableText(text).logValue == "\"\(shown)\"")
        #expect(PrintableText(text).markup == shown)
        let json = PrintableText(text).json
        #expect(json.utf8.allSatisfy { 0x20...0x7e ~= $0 })
        #expect(try JSONDecoder().decode(String.self, from: Data(json.utf8)) == text)
        // An encoder leaves most of it as it is.
        let document = PrintableText.json(document: String(decoding: try JSONEncoder().encode([text]), as: UTF8.self))
        #expect("\(PrintableText(document))" == document)
        #expect(try JSONDecoder().decode([String].self, from: Data(document.utf8)) == [text])
    }

    @Test(
        "letters stay readable",
        arguments: [
            "", "plain text", "gr\u{f6}\u{df}e@b\u{fc}cher.example", "\u{4f8b}\u{3048}", "\u{5d0}\u{5d1}\u{5d2}",
            "\u{643}\u{62a}\u{627}\u{628}", "e\u{301}", "\u{928}\u{92e}\u{938}\u{94d}\u{924}\u{947}", "\u{1f600}",
            "\u{fffd}",
        ])
    func letters(text: String) {
        #expect("\(PrintableText(text))" == text)
        #expect(PrintableText.lines("\(text)\n\t\(text)") == "\(text)\n\t\(text)")
    }

    @Test("marks that pile up are escaped")
    func marks() {
        let shown = PrintableText("a" + String(repeating: "\u{301}", count: 50)).description
        #expect(shown.unicodeScalars.count { $0 == "\u{301}" } == 3)
        #expect(PrintableText("\u{301}\u{301}").description == "\\u{301}\\u{301}")
    }

    @Test("a log's value is ASCII that cannot be mistaken")
    func logValues() {
        #expect(PrintableText("").logValue == "-")
        #expect(PrintableText("<a@b.example>").logValue == "<a@b.example>")
        #expect(PrintableText("a b").logValue == "\"a b\"")
        #expect(PrintableText("a\" rcpt=<b>").logValue == "\"a\\\" rcpt=<b>\"")
        #expect(PrintableText("\\x").logValue == "\"\\\\x\"")
        #expect(PrintableText("gr\u{f6}\u{df}e").logValue == "\"gr\\u{f6}\\u{df}e\"")
        #expect(
            PrintableText(String(decoding: [0x61, 0xff, 0x80], as: UTF8.self)).logValue == "\"a\\u{fffd}\\u{fffd}\"")
    }

    @Test("several lines stay several lines")
    func lines() {
        #expect(PrintableText.lines("a\n\u{1b}b\tc\n") == "a\n\\u{1b}b\tc\n")
        #expect(PrintableText.lines("a\r\nb\u{2028}") == "a\\u{d}\nb\\u{2028}")
    }

    @Test(
        "a log value is added to a line as it is written by itself",
        arguments: [
            "", "a", "a b", "\"", "a\\b", "mail@example.org", "a\n", "é", "a\u{202e}b",
            String(repeating: "x", count: 99),
        ])
    func appended(text: String) {
        var line = Array("key=".utf8)
        PrintableText.append(logValueOf: text, to: &line)
        #expect(String(decoding: line, as: UTF8.self) == "key=" + PrintableText(text).logValue)
    }
}
