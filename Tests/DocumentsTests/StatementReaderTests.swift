import Documents
import SMTP
import Testing

/// What all documents of statements share.
struct StatementReaderTests {
    /// Takes everything down.
    private struct Reader: StatementReader {
        var notes: DocumentNotes
        var taken: [(line: Int, words: [String], rest: String)] = []
        static let longestLine = 40
        static let kind = "a sample"

        init(mostFaults: Int = .max) { notes = DocumentNotes(file: "f", mostFaults: mostFaults) }

        mutating func begin(_ statement: Statement) -> Bool {
            if statement.text != "sample 1" { fault("no sample") }
            return notes.isSound
        }

        mutating func take(_ statement: Statement) -> Bool {
            taken.append((notes.line, statement.words.map(String.init), statement.rest(after: 1)))
            if statement.verb == "bad" { fault("is bad") }
            return statement.verb != "stop"
        }
    }

    private func reader(_ text: String, mostFaults: Int = .max) -> Reader {
        var reader = Reader(mostFaults: mostFaults)
        reader.read(text)
        return reader
    }

    @Test("lines are counted and end in LF or CRLF; blank ones and comments say nothing", arguments: ["\n", "\r\n"])
    func lines(end: String) {
        let found = reader(["# c", "", "sample 1", " \t", "a  b c ", "#d", "e"].joined(separator: end))
        #expect(found.hasBegun && found.notes.isSound && found.notes.line == 0)
        #expect(found.taken.map(\.line) == [5, 7])
        #expect(found.taken.map(\.words) == [["a", "b", "c"], ["e"]] && found.taken.map(\.rest) == ["b c", ""])
        let again = reader(["sample 1", "a", ""].joined(separator: end))
        #expect(again.taken.map(\.line) == [2])
    }

    @Test("faults have their line, and no more are noted than may be")
    func faults() {
        let found = reader("sample 1\nbad\nx\nbad\nbad\nx\n", mostFaults: 2)
        #expect(found.notes.faults.map(\.description) == ["f:2: is bad", "f:4: is bad"] && found.taken.count == 3)
    }

    @Test("nothing is read behind a first line of another kind, a line too long, and an end")
    func ends() {
        #expect(reader("other\na\n").taken.isEmpty && !reader("other\na\n").hasBegun)
        let long = reader("sample 1\n" + String(repeating: "x", count: 41) + "\na\n")
        #expect(long.taken.isEmpty && long.notes.faults.map(\.line) == [2])
        #expect(reader("sample 1\n" + String(repeating: "x", count: 40) + "\r").taken.isEmpty)
        #expect(reader("sample 1\nstop\na\n").taken.count == 1)
        #expect(!reader("").hasBegun && reader("").notes.isSound)
    }

    @Test func bytesThatAreNoTextAreRead() {
        var bytes = Reader()
        bytes.read(Array("sample 1\n".utf8) + [0x61, 0xff, 0x0a, 0x62])
        #expect(bytes.taken.map(\.words) == [["a\u{fffd}"], ["b"]])
    }
}
