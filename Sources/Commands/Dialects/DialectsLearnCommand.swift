import ArgumentParser
import Dialects
import Files
import DialectLearning
import SMTP
import Sessions
import Terminal

/// `argot dialects learn`
struct DialectsLearnCommand: ParsableCommand {
    /// What names the dialect of a conversation.
    enum Naming: String, ExpressibleByArgument, CaseIterable {
        /// The transcript's `kind`.
        case kind
        /// The transcript's `label_guess`.
        case labelGuess = "label_guess"
        /// Nothing: all dialects are proposed.
        case none
    }

    static let configuration = CommandConfiguration(
        commandName: "learn", abstract: "Learns dialects from recorded conversations.",
        discussion: """
            Reads transcripts from the wire, one JSON object per line, as the sink, the lab and "argot dialects \
            import" write them. Conversations with a label become the dialect of that name; those without are grouped \
            by similarity into proposed-1, proposed-2 and so on, to be named with "argot dialects label".
            The model keeps notes of what was heard, so that learning can continue later; --without-notes leaves them \
            out.
            """)

    @Argument(help: ArgumentHelp("Files of transcripts, plain or gzip.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        name: .long, help: ArgumentHelp("Write the model to this file instead of standard output.", valueName: "file"),
        completion: .file())
    var model: String?

    @Option(
        name: .long, help: ArgumentHelp("Add to the dialects of this model.", valueName: "file"), completion: .file())
    var addTo: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A model of published facts: used as evidence together with recordings of the same programs, otherwise "
                + "kept as it is.",
            valueName: "file"), completion: .file())
    var facts: String?

    @Option(name: .long, help: "What names a conversation's dialect: kind, label_guess or none.")
    var labelBy = Naming.kind

    @Option(
        name: .customLong("class"),
        help: "The class of new dialects: \(WordOption.words(DialectClass.self)). Default: by label_guess.",
        completion: WordOption.completion(DialectClass.self))
    var dialectClass: String?

    @Option(
        name: .long, help: ArgumentHelp("Classes of dialects, one line \"NAME CLASS\" for each.", valueName: "file"),
        completion: .file())
    var classes: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The name of the host on which clients were recorded. Names in HELO that share no part with it are "
                + "built into the programs.",
            valueName: "name"))
    var host: [String] = []

    @Flag(
        name: .long, help: "Leave out the learner's notes: the model is smaller, but nothing can be added to it later.")
    var withoutNotes = false

    @Flag(name: .long, help: "Stop at the first line that is not a transcript instead of counting such lines.")
    var strict = false

    func run() throws {
        let fixed = try dialectClass.map { try Self.dialectClass($0) }
        let known = try classes.map { try Self.classes(in: $0) } ?? [:]
        var learner = ModelLearner(
            addingTo: try addTo.map { try DialectModelFile.read($0) } ?? DialectModel(dialects: []))
        learner.hostNames = host
        if let facts { learner.add(facts: try DialectModelFile.read(facts)) }
        var count = 0
        var bad = 0
        var others = 0
        for file in files {
            var reader = try LineReader(path: file)
            var progress = Progress(file, total: reader.size, unit: .bytes)
            while let line = try reader.next() {
                progress.update(reader.position)
                let text = String(decoding: line.bytes, as: UTF8.self)
                guard !text.allSatisfy(\.isWhitespace) else { continue }
                let transcript: SessionTranscript
                do {
                    transcript = try TranscriptDocument.transcript(from: text, file: file, line: line.number)
                } catch {
                    if strict { throw error }
                    progress.clear()
                    DialectModelFile.note("\(error.description), skipped")
                    bad += 1
                    continue
                }
                guard let dialogue = DialogueReader.dialogue(from: transcript) else {
                    others += 1
                    continue
                }
                count += 1
                let origin = "recorded: " + Self.words(transcript.source)
                let label =
                    switch labelBy {
                    case .kind: transcript.kind
                    case .labelGuess: transcript.labelGuess
                    case .none: String?.none
                    }
                guard let label else {
                    learner.learn(unnamed: dialogue, origin: origin)
                    continue
                }
                let name = DialectName.name(from: label)
                try learner.learn(
                    dialogue, as: name,
                    dialectClass: fixed ?? known[name] ?? Self.dialectClass(forLabel: transcript.labelGuess),
                    origin: origin)
            }
            progress.clear()
        }
        if count == 0, others + bad > 0 || addTo == nil && facts == nil {
            throw CommandError(Self.nothingLearned(from: files, others: others, bad: bad))
        }
        let learned = try learner.model(keepingNotes: !withoutNotes)
        let text = DialectDocument.text(for: learned)
        // What was written must be readable, within the limits of a model.
        _ = try DialectDocument.model(from: text, file: model ?? "learned model").get()
        try DialectModelFile.write(text, to: model)
        DialectModelFile.note(
            "\(count) conversations, \(learner.skipped) unusable, \(others) not from the wire, \(bad) broken lines; "
                + "\(learned.dialects.count) dialects"
        )
    }

    /// Why there was nothing to learn from, and what to do.
    private static func nothingLearned(from files: [String], others: Int, bad: Int) -> String {
        let names = files.joined(separator: ", ")
        if others > 0 {
            return
                "\(names): nothing learned: \(others) transcripts are from a milter, which does not see command "
                + "lines: learn from recordings of the wire (\"argot sink\", or \"argot dialects import\" of "
                + "captures and logs)"
        }
        if bad > 0 { return "\(names): nothing learned: no line is a transcript" }
        return "\(names): nothing learned: no transcript in it"
    }

    static func dialectClass(_ word: String) throws -> DialectClass {
        guard let found = DialectClass(rawValue: word) else {
            let nearest = DialectName.nearest(to: word, among: DialectClass.allCases.map(\.rawValue))
            throw CommandError(
                "unknown class \(word): "
                    + (nearest.map { "did you mean \($0)?" }
                        ?? "use one of \(DialectClass.allCases.map(\.rawValue).joined(separator: ", "))"))
        }
        return found
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

    private static func classes(in file: String) throws -> [String: DialectClass] {
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

    /// A source as one line of a document.
    static func words(_ text: String) -> String {
        let words = text.split(whereSeparator: { $0.isWhitespace || $0.isNewline })
        return words.isEmpty ? "an unnamed source" : String(words.joined(separator: " ").prefix(200))
    }
}
