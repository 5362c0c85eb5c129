import ArgumentParser
import Dialects
import DialectLearning
import SMTP
import Terminal

/// `argot dialects`
struct DialectsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialects", abstract: "Learns, shows, checks and changes dialect models.",
        subcommands: [
            List.self, Show.self, Check.self, Export.self, DialectsImportCommand.self, DialectsLearnCommand.self,
            DialectsDrawCommand.self, DialectsDiffCommand.self, DialectsLabelCommand.self, DialectsMergeCommand.self,
            DialectsRemoveCommand.self, DialectsEvaluateCommand.self, DialectsProbeCommand.self,
            DialectsSiteCommand.self,
        ], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the dialects of a model.")

        @OptionGroup var options: ModelOptions

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let name: String
            let `class`: String
            let states: Int
            let transitions: Int
            let origin: String
        }

        func run() throws {
            let dialects = try options.load().model.dialects
            if json {
                try Output.json(
                    dialects.map {
                        Row(
                            name: $0.name, class: $0.dialectClass.rawValue, states: $0.states.count,
                            transitions: $0.transitions.count, origin: $0.origin)
                    })
                return
            }
            Output.table(
                ["DIALECT", "CLASS", "STATES", "ORIGIN"],
                dialects.map { [$0.name, $0.dialectClass.rawValue, String($0.states.count), $0.origin] })
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints dialects as a model document.")

        @OptionGroup var options: ModelOptions

        @Argument(help: "The dialects' names.")
        var names: [String]

        func run() throws {
            let model = try options.load().model
            let chosen = try names.map { try model.dialect($0) }
            Output.document(DialectDocument.text(for: DialectModel(dialects: chosen)))
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints a whole model as a document.")

        @OptionGroup var options: ModelOptions

        @Flag(name: .long, help: "Leave out the learner's notes, which a daemon does not need.")
        var withoutNotes = false

        @Option(name: .long, help: ArgumentHelp("Write to this file.", valueName: "file"), completion: .file())
        var output: String?

        func run() throws {
            var model = try options.load().model
            if withoutNotes {
                model = DialectModel(dialects: model.dialects.map { $0.renamed(keepingEvidence: false) })
            }
            try DialectModelFile.write(DialectDocument.text(for: model), to: output)
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks a model and compiles it; exits with 0 or 1.")

        @OptionGroup var options: ModelOptions

        func run() throws {
            let (model, source) = try options.load()
            for vantage in Vantage.milters() {
                let machine = DecisionMachine(model: model, vantage: vantage)
                print(
                    "\(source): \(model.dialects.count) dialects, at \(vantage.rawValue): "
                        + "\(machine.kindCount) different machines")
            }
        }
    }
}
