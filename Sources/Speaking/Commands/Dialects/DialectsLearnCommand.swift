import ArgumentParser
import Dialects
import SMTP
import DialectLearning

/// `argot dialects learn`
struct DialectsLearnCommand: ParsableCommand {
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

    @Option(
        name: .long,
        help: ArgumentHelp(
            "TLS libraries, hellos, systems and SYNs of programs, a line \"NAME tls|hello|tcp|syn WORD…\" for each; may be "
                + "repeated.",
            valueName: "file"), completion: .file())
    var connections: [String] = []

    @Option(name: .long, help: "What names a conversation's dialect: kind, label_guess or none.")
    var labelBy = TranscriptLessons.Naming.kind

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
        var learner = ModelLearner(
            addingTo: try addTo.map { try DialectModelFile.read($0) } ?? DialectModel(dialects: []))
        learner.hostNames = host
        if let facts { learner.add(facts: try DialectModelFile.read(facts)) }
        var lessons = TranscriptLessons(for: learner)
        lessons.naming = labelBy
        lessons.dialectClass = try dialectClass.map { try Self.dialectClass($0) }
        if let classes { lessons.classes = try TranscriptLessons.classes(in: classes) }
        lessons.isStrict = strict
        for file in files { try lessons.read(file, tell: ReadingDisplay().show) }
        if lessons.conversations == 0, lessons.others + lessons.broken > 0 || addTo == nil && facts == nil {
            throw CommandError(Self.nothingLearned(from: files, others: lessons.others, bad: lessons.broken))
        }
        for file in connections { try lessons.connections(in: file) }
        let learned = try lessons.learner.model(keepingNotes: !withoutNotes)
        if let stranger = lessons.strangers(to: learned).first { throw stranger }
        let text = DialectDocument.text(for: learned)
        // What was written must be readable, within the limits of a model.
        _ = try DialectDocument.model(from: text, file: model ?? "learned model").get()
        try DialectModelFile.write(text, to: model)
        DialectModelFile.note(
            "\(lessons.conversations) conversations, \(lessons.learner.skipped) unusable, \(lessons.others) not from the "
                + "wire, \(lessons.broken) broken lines; \(learned.dialects.count) dialects")
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
}

extension TranscriptLessons.Naming: ExpressibleByArgument {}
