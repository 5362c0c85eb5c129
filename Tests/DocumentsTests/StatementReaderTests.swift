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

    @Test(
        "Of bytes that are no text nothing is read but where they are not",
        arguments: [
            ("sample 1\n".utf8 + [0x61, 0xff, 0x0a, 0x62], "f:2: byte 2 of the line, 0xFF, is not UTF-8 text"),
            ([0xc3], "f:1: byte 1 of the line, 0xC3, is not UTF-8 text"),
            ("sample 1\nä".utf8 + [0xe2, 0x82], "f:2: byte 3 of the line, 0xE2, is not UTF-8 text"),
            ([0xff, 0xfe, 0x73, 0x00], "f:1: the file is UTF-16"),
            ([0x1f, 0x8b, 0x08, 0x00], "f: the file is compressed: unpack it"),
        ] as [([UInt8], String)])
    func noText(bytes: [UInt8], fault: String) {
        var reader = Reader()
        reader.read(bytes)
        #expect(reader.taken.isEmpty && reader.notes.faults.count == 1)
        #expect(reader.notes.faults.first?.description.hasPrefix(fault) == true, "\(reader.notes.faults)")
    }

    @Test func aByteOrderMarkIsNoText() {
        var reader = Reader()
        reader.read([0xef, 0xbb, 0xbf] + Array("sample 1\na".utf8))
        #expect(reader.notes.isSound && reader.taken.map(\.words) == [["a"]])
    }

    private struct Signed: SignedStatementReader {
        var notes = DocumentNotes(file: "f")
        var count = 0
        static let (longestLine, kind, signature, remedy) = (40, "a sample", "sample 1", "make it again")

        mutating func take(_ statement: Statement) -> Bool {
            count += 1
            return true
        }
    }

    @Test func aDocumentOfOneVersionBeginsWithItsSignature() {
        for (text, count) in [("sample 1\na\n", 1), (" sample\t1 \na\n", 1), ("sample 2\na\n", 0), ("a\n", 0)] {
            var reader = Signed()
            reader.read(text)
            #expect(reader.count == count && reader.notes.isSound == (count == 1), "\(text)")
            #expect(
                count == 1
                    || reader.notes.faults.map(\.description) == [
                        "f:1: this is not a sample of this version: the first line must be \"sample 1\"; make it again"
                    ])
        }
    }
}
