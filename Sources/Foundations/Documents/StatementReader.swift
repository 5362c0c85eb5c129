public import SMTP

/// Where a reader is in its document, and what it has found wrong with it.
public struct DocumentNotes: Sendable {
    /// The file's name, for messages.
    public let file: String

    /// The line that is being read, counted from 1; 0 before the first one and behind the last one.
    public fileprivate(set) var line = 0

    /// The faults so far.
    public private(set) var faults: [DocumentFault] = []

    /// The most faults that are noted.
    public let mostFaults: Int

    fileprivate var hasBegun = false

    /// Notes on a file of which nothing has been read.
    public init(file: String, mostFaults: Int = .max) {
        self.file = file
        self.mostFaults = mostFaults
    }

    /// Notes a fault of the line that is being read, or of another one.
    public mutating func fault(_ problem: String, line: Int? = nil) {
        guard faults.count < mostFaults else { return }
        faults.append(DocumentFault(file: file, line: line ?? self.line, problem: problem))
    }

    /// Whether nothing is wrong so far.
    public var isSound: Bool { faults.isEmpty }
}

/// Reads a document of statements, one a line, of which the first names the document's form and version.
///
/// What all of them share is here: lines and their ends, LF or CRLF; blank lines and comments, which begin with `#`; the
/// longest line; the most faults, and the place of each. What the statements mean is the conforming type's.
public protocol StatementReader {
    /// What it is reading, and what is wrong with it.
    var notes: DocumentNotes { get set }

    /// The longest line, in bytes.
    static var longestLine: Int { get }

    /// What such a document is, for messages: "an envelope model".
    static var kind: String { get }

    /// Takes the first statement.
    ///
    /// - Returns: whether it is the first one of such a document. Nothing else is read of another one.
    mutating func begin(_ statement: Statement) -> Bool

    /// Takes another statement.
    ///
    /// - Returns: whether reading on makes sense.
    mutating func take(_ statement: Statement) -> Bool

    /// Takes a line, without its end, that was read before: large documents say much the same again and again, and taking a
    /// line apart costs most.
    ///
    /// - Returns: whether reading on makes sense; `nil` for a line that is to be taken apart.
    mutating func takeAgain(_ line: Substring) -> Bool?
}

extension StatementReader {
    /// Every line is to be taken apart.
    public mutating func takeAgain(_ line: Substring) -> Bool? { nil }

    /// Whether the first statement was there.
    public var hasBegun: Bool { notes.hasBegun }

    /// Reads a document until its end, or until reading on makes no sense. Of one that is not UTF-8 nothing is read but where
    /// it is not. O(length).
    public mutating func read(_ document: some Sequence<UInt8>) {
        do throws(DocumentFault) {
            read(try DocumentText.text(of: document, file: notes.file))
        } catch {
            fault(error.problem, line: error.line)
        }
    }

    /// Reads a document until its end, or until reading on makes no sense. O(length).
    public mutating func read(_ document: String) {
        var document = document
        document.makeContiguousUTF8()
        let bytes = document.utf8
        var start = bytes.startIndex
        while start < bytes.endIndex, notes.faults.count < notes.mostFaults {
            let end = bytes[start...].firstIndex(of: 0x0a)
            notes.line += 1
            guard readLine(bytes[start..<(end ?? bytes.endIndex)]) else { break }
            start = end.map { bytes.index(after: $0) } ?? bytes.endIndex
        }
        notes.line = 0
    }

    private mutating func readLine(_ bytes: Substring.UTF8View) -> Bool {
        guard bytes.count <= Self.longestLine else {
            fault("the line is longer than \(Self.longestLine) bytes: is this \(Self.kind)?")
            return false
        }
        let line = Substring(bytes.last == 0x0d ? bytes.dropLast() : bytes)
        if notes.hasBegun, let goesOn = takeAgain(line) { return goesOn }
        guard let statement = Statement(line) else { return true }
        if notes.hasBegun { return take(statement) }
        notes.hasBegun = begin(statement)
        return notes.hasBegun
    }

    /// Notes a fault of the line that is being read, or of another one.
    public mutating func fault(_ problem: String, line: Int? = nil) { notes.fault(problem, line: line) }
}

/// A reader of documents of one version, which all begin with the same line.
public protocol SignedStatementReader: StatementReader {
    /// The words of the first line: form and version.
    static var signature: String { get }

    /// How a document of this version is made: "train it again".
    static var remedy: String { get }
}

extension SignedStatementReader {
    /// Takes the first statement, which must be the signature.
    public mutating func begin(_ statement: Statement) -> Bool {
        let isOne = statement.words.joined(separator: " ") == Self.signature
        if !isOne {
            fault(
                "this is not \(Self.kind) of this version: the first line must be \"\(Self.signature)\"; "
                    + "\(Self.remedy)")
        }
        return isOne
    }
}
