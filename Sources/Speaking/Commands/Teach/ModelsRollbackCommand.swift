import ArgumentParser
import Configuration
import Keeping
import Promotion
import Terminal

/// `argot models rollback`
struct ModelsRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Puts the model that was in force before in force again; without one, none.",
        discussion: """
            The next candidate that earns it is promoted all the same: learning = no ends that.
            """)

    @OptionGroup var control: ControlOptions

    func run() throws {
        let shelf = ModelShelf(try control.sources.load().files.models)
        let previous = try shelf.alone { () throws -> Int? in
            guard shelf.inForce != nil else {
                throw CommandError(
                    shelf.isShared
                        ? "the model in force was taught at another server of the site: go back there (argot status --all)"
                        : "no model of Argot's own is in force")
            }
            guard let previous = shelf.previous else {
                try shelf.clear()
                return nil
            }
            try shelf.promote(previous, because: "the administrator went back to it")
            return previous
        }
        print(previous.map { "model \($0) is in force again" } ?? "no model is in force: there was none before")
        try Reload(control).await("POST", "/reload")
    }
}
