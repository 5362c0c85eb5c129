package import Dialects
package import Files
package import SMTP
import Sessions

/// Learns dialects from files of transcripts of the wire.
package struct TranscriptLessons {
    /// What names the dialect of a conversation.
    package enum Naming: String, CaseIterable, Sendable {
        /// The transcript's `kind`.
        case kind

        /// The transcript's `label_guess`.
        case labelGuess = "label_guess"

        /// Nothing: all dialects are proposed.
        case none
    }

    /// What names the dialects.
    package var naming = Naming.kind

    /// The class of all new dialects; without it `classes`, then the transcript's label guess decides.
    package var dialectClass: DialectClass?

    /// The classes of new dialects by name.
    package var classes: [String: DialectClass] = [:]

    /// Whether the first line that is not a transcript ends the reading; else such lines are told and counted.
    package var isStrict = false

    /// Where it was first said of which dialect what shows beside what it says.
    private var connected: [String: (file: String, line: Int)] = [:]

    /// What has learned so far.
    package private(set) var learner: ModelLearner

    /// Conversations that were handed to it.
    package private(set) var conversations = 0

    /// Transcripts of milters, which are not shown command lines.
    package private(set) var others = 0

    /// Lines that are not transcripts.
    package private(set) var broken = 0

    /// Lessons for a learner.
    package init(for learner: ModelLearner) { self.learner = learner }

    /// Learns from a file, plain or packed with gzip.
    package mutating func read(_ file: String, tell: ReadingWatch) throws {
        var reader = try LineReader(path: file)
        tell(.begins(file: file, bytes: reader.size))
        defer { tell(.ends) }
        while let line = try reader.next() {
            tell(.reached(reader.position))
            let text = String(decoding: line.bytes, as: UTF8.self)
            guard !text.allSatisfy(\.isWhitespace) else { continue }
            let transcript: SessionTranscript
            do throws(DocumentFault) {
                transcript = try TranscriptDocument.transcript(from: text, file: file, line: line.number)
            } catch {
                if isStrict { throw error }
                tell(.fault(DocumentFault(file: file, line: line.number, problem: error.problem + ", skipped")))
                broken += 1
                continue
            }
            try learn(transcript)
        }
    }

    private mutating func learn(_ transcript: SessionTranscript) throws(LearningError) {
        guard let dialogue = DialogueReader.dialogue(from: transcript) else {
            others += 1
            return
        }
        conversations += 1
        let origin = "recorded: " + Self.words(transcript.source)
        let label =
            switch naming {
            case .kind: transcript.kind
            case .labelGuess: transcript.labelGuess
            case .none: String?.none
            }
        guard let label else { return learner.learn(unnamed: dialogue, origin: origin) }
        let name = DialectName.name(from: label)
        try learner.learn(
            dialogue, as: name,
            dialectClass: dialectClass ?? classes[name] ?? Self.dialectClass(forLabel: transcript.labelGuess),
            origin: origin)
        learner.note(ConnectionTraits(of: transcript), of: name)
    }

    /// Takes what somebody wrote down, or the lab recorded, of programs' TLS libraries and systems: a line of a dialect document
    /// for each, `tls`, `hello`, `tcp` or `syn`, with the dialect's name before it.
    package mutating func connections(in file: String) throws(DocumentFault) {
        var reader = try LineReader(path: file)
        while let line = try reader.next() {
            let words = String(decoding: line.bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            var traits = ConnectionTraits()
            let keyword = words.count > 1 ? words[1] : ""
            guard ["tls", "hello", "tcp", "syn"].contains(keyword) else {
                throw DocumentFault(
                    file: file, line: line.number, problem: "write \"NAME tls|hello|tcp|syn WORD…\"")
            }
            if let problem = traits.read(keyword, words.dropFirst(2)) {
                throw DocumentFault(file: file, line: line.number, problem: problem)
            }
            let name = DialectName.name(from: String(first))
            learner.note(traits, of: name)
            connected[name] = connected[name] ?? (file, line.number)
        }
    }

    /// Faults of lines whose dialect the model does not have.
    package func strangers(to model: DialectModel) -> [DocumentFault] {
        let names = Set(model.dialects.map(\.name))
        return connected.filter { !names.contains($0.key) }.map { name, place in
            DocumentFault(file: place.file, line: place.line, problem: "there is no dialect \(name)")
        }.sorted { ($0.file, $0.line) < ($1.file, $1.line) }
    }

    /// What a source's word for a client says of its class.
    private static func dialectClass(forLabel label: String?) -> DialectClass {
        switch label {
        case "legit": .mta
        case "script": .library
        case "bot", "malware-lib": .bot
        case "attack": .attack
        default: .tool
        }
    }

    /// A source as one line of a document.
    package static func words(_ text: String) -> String {
        let words = text.split(whereSeparator: { $0.isWhitespace || $0.isNewline })
        return words.isEmpty ? "an unnamed source" : String(words.joined(separator: " ").prefix(200))
    }

    /// Reads classes of dialects, a line `NAME CLASS` for each; empty lines and those that begin with `#` are passed over.
    package static func classes(in file: String) throws(DocumentFault) -> [String: DialectClass] {
        var classes: [String: DialectClass] = [:]
        var reader = try LineReader(path: file)
        while let line = try reader.next() {
            let words = String(decoding: line.bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count == 2, let found = DialectClass(rawValue: String(words[1])) else {
                throw DocumentFault(
                    file: file, line: line.number,
                    problem: "write \"NAME CLASS\" with one of the classes "
                        + DialectClass.allCases.map(\.rawValue).joined(separator: ", "))
            }
            classes[DialectName.name(from: String(first))] = found
        }
        return classes
    }
}
