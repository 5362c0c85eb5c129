import Terminal
import Testing

struct HeatMapTests {
    private let hostile = "a\u{1b}[31m<b>\u{202e}"

    private var map: HeatMap {
        HeatMap(
            title: "T & <t>", rows: [("0 (9)", [1, 0]), (hostile, [0.01, 0.3])], columns: ["d.example", hostile])
    }

    @Test("Shades grow with the share; the key names the columns; nothing steers the terminal")
    func text() {
        let lines = map.text(key: "columns:", inColour: false).split(separator: "\n").map(String.init)
        #expect(lines[1].hasPrefix("0 (9)") && lines[1].hasSuffix(" ██  "))
        #expect(lines[2].hasSuffix("] ░░▒▒") || lines[2].hasSuffix(" ░░▓▓"), "\(lines[2])")
        #expect(lines.contains("1 d.example"))
        #expect(!map.text(key: "columns:", inColour: false).contains("\u{1b}"))
        #expect(!map.text(key: "columns:", inColour: true).contains("\u{202e}"))
    }

    @Test("The picture escapes names as markup")
    func picture() {
        let svg = map.svg
        #expect(svg.contains("T &amp; &lt;t&gt;"))
        #expect(!svg.contains("<b>") && !svg.contains("\u{1b}") && !svg.contains("\u{202e}"))
        #expect(svg.contains("d.example: 100.0 %"))
    }
}
