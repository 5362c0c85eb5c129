import Terminal
import Testing

struct TextTableTests {
    private let rows = [["ab", "1"], ["c\u{7}", "23"]]

    @Test("Columns are aligned, the last one is as long as it is; cells are escaped before they are measured")
    func left() {
        #expect(TextTable(["NAME", "N"], rows).lines == ["NAME    N", "ab      1", "c\\u{7}  23"])
    }

    @Test("Numbers stand at the right")
    func numbers() {
        #expect(TextTable(["NAME", "N"], rows, .numbers).lines == ["NAME     N", "ab       1", "c\\u{7}  23"])
    }

    @Test("figures", arguments: [(0.1234, "0.123"), (-0.0004, "0.000"), (12, "12.000"), (.infinity, "-")])
    func figure(value: Double, text: String) { #expect(FigureText.number(value) == text) }

    @Test("spans", arguments: [(59, "59 s"), (60, "1 m"), (5_400, "1.5 h"), (172_800, "2 d")])
    func span(seconds: Int64, text: String) { #expect(FigureText.span(seconds) == text) }
}
