import ArgumentParser
import Dialects
import DialectLearning
import SMTP

/// `argot dialects label`
struct DialectsLabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Names a dialect of a model.",
        discussion: "Dialects learned from conversations without a label are called proposed-1 and so on.")

    @OptionGroup var options: DialectModelOptions

    @Argument(help: "The dialect.")
    var name: String

    @Argument(help: "Its new name; repeat the old one to change only class or origin.")
    var newName: String

    @Option(
        name: .customLong("class"), help: "Its class: \(WordOption.words(DialectClass.self)).",
        completion: WordOption.completion(DialectClass.self))
    var dialectClass: String?

    @Option(name: .long, help: "Where the knowledge comes from.")
    var origin: String?

    func run() throws {
        let model = try DialectModelFile.read(options.model).labelling(
            name, as: newName, dialectClass: try dialectClass.map(DialectsLearnCommand.dialectClass),
            origin: origin.map(TranscriptLessons.words))
        try DialectModelFile.write(DialectDocument.text(for: model), to: options.target)
    }
}
