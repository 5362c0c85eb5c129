import ArgumentParser
import Dialects
import DialectLearning

/// `argot dialects merge`
struct DialectsMergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Learns several dialects again, as one.",
        discussion: "All of them must contain the notes of what was heard. The class is that of the first.")

    @OptionGroup var options: DialectModelOptions

    @Argument(help: "The dialects, two or more.")
    var names: [String]

    @Option(name: .long, help: "The name of the result; by default that of the first dialect.")
    var into: String?

    func validate() throws {
        guard Set(names).count == names.count, names.count > 1 else {
            throw ValidationError("name two or more different dialects")
        }
    }

    func run() throws {
        let model = try DialectModelFile.read(options.model).merging(names, into: into ?? names[0])
        try DialectModelFile.write(DialectDocument.text(for: model), to: options.target)
    }
}
