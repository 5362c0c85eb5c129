import ArgumentParser
import Dialects
import DialectLearning
import SMTP
import Terminal

/// `argot dialects diff`
struct DialectsDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Shows how two dialects differ.",
        discussion: """
            Prints the shortest conversation after which the two have no reaction to the same reply in common, and the \
            messages that only one of them has. Exits with 1 if they differ.
            """)

    @OptionGroup var options: ModelOptions

    @Argument(help: "A dialect.")
    var first: String

    @Argument(help: "The other dialect.")
    var second: String

    @Option(
        name: .long,
        help: ArgumentHelp("The model of the other dialect, if it is in a different one.", valueName: "file"),
        completion: .file())
    var otherModel: String?

    @Option(
        name: .long, help: "Compare what an observer sees at this vantage: \(WordOption.words(Vantage.self)).",
        completion: WordOption.completion(Vantage.self))
    var vantage = "wire"

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Report: Encodable {
        struct Step: Encodable {
            let reply: String
            let message: String
        }
        let conversation: [Step]
        let reply: String?
        let reactions: [String: [String]]
        let messages: [String: [String]]
    }

    func run() throws {
        guard let vantage = Vantage(rawValue: vantage) else {
            let known = Vantage.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError("unknown vantage \(vantage): use one of \(known)")
        }
        let model = try options.load().model
        let other = try otherModel.map { try DialectModelFile.read($0) } ?? model
        let one = try model.dialect(first).projected(to: vantage)
        let two = try other.dialect(second).projected(to: vantage)
        let difference = DialectDifference(between: one, and: two)
        if json {
            try Output.json(
                Report(
                    conversation: difference.conversation.map {
                        .init(reply: $0.reply.description, message: $0.message)
                    },
                    reply: difference.reply?.description,
                    reactions: [first: difference.reactions.0, second: difference.reactions.1],
                    messages: [first: difference.messages.0, second: difference.messages.1]))
        } else {
            show(difference)
        }
        if !difference.isNone { throw ExitCode(1) }
    }

    private func show(_ difference: DialectDifference) {
        if let reply = difference.reply {
            print("A reply tells them apart:")
            for step in difference.conversation { print("  S: \(step.reply)\n  C: \(step.message)") }
            print("  S: \(reply)")
            print("    \(first): \(difference.reactions.0.joined(separator: " or "))")
            print("    \(second): \(difference.reactions.1.joined(separator: " or "))")
        } else {
            print("No reply that both have received tells them apart.")
        }
        for (name, texts) in [(first, difference.messages.0), (second, difference.messages.1)] where !texts.isEmpty {
            print("Only \(name) says:")
            for text in texts { print("  \(text)") }
        }
    }
}
