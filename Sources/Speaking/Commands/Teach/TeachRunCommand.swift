import ArgumentParser
import Configuration
import Dialects
import Files
import FoundationEssentials
import Keeping
import Promotion
import SMTP
import Terminal

/// `argot teach run`
struct TeachRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Teaches models from what was kept, and puts in force what earned it.",
        discussion: """
            Reads the messages and refused sessions that argotd has kept, with what others said of them, and writes two \
            things into the directory models beside the database: a model of envelopes, and the dialects of this site. \
            A model is judged on the newest quarter of the days, by a twin that was taught without them, beside the model \
            in force. It is put in force, and argotd reloads, only if it finds at least as much and flags no more than \
            1 % of the organisations that come back (one is always allowed).

            The package runs this four times a day, at idle priority (argot-teach.timer). The exit code is 0 when there was \
            nothing to teach yet, too: the output says what is missing.
            """)

    @OptionGroup var control: ControlOptions

    @Flag(name: .long, help: "Print the model's card as JSON.")
    var json = false

    func run() throws {
        let configuration = try control.sources.load()
        guard configuration.learning else {
            throw CommandError("learning = no: nothing is kept to learn from, and nothing is taught")
        }
        let store = try control.sources.openStore(configuration)
        let now = Int64(Date().timeIntervalSince1970)
        let since = now - Int64(clamping: configuration.learningDays) * 86_400
        let shelf = ModelShelf(configuration.files.models)
        let (outcome, changes) = try shelf.alone {
            let earlier = try Self.dialects(configuration)
            let teacher = Teacher(
                store: store, shelf: shelf, since: UnixTime(seconds: since), now: UnixTime(seconds: now))
            let (outcome, dialects) = try teacher.teach(named: earlier ?? SiteDialects([]))
            let text = SiteDialectsDocument.text(for: dialects)
            try OutputFile.write(text, replacing: configuration.files.siteDialects, mode: 0o640)
            return (outcome, earlier.map { $0.dialects != dialects.dialects } ?? !dialects.dialects.isEmpty)
        }
        let isPromoted = if case .taught(let card) = outcome { card.promoted } else { false }
        switch outcome {
        case .tooEarly(let missing):
            if json { try Output.json(["missing": missing]) } else { print("no model yet: \(missing)") }
        case .taught(let card):
            if json { try Output.json(card) } else { ModelCardText.show(card) }
        }
        guard isPromoted || changes else { return }
        tellDaemon()
    }

    /// What the site's dialects were; a file that cannot be read is named, and made again.
    private static func dialects(_ configuration: Configuration) throws -> SiteDialects? {
        let path = configuration.files.siteDialects
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try SiteDialectsFile.read(path)
        } catch {
            Output.note("\(error)")
            Output.note("\(path): made again; names that you gave are lost")
            return nil
        }
    }

    /// Makes argotd take what is new. Without argotd it is taken at the next start, which is no error.
    private func tellDaemon() {
        do {
            try Reload(control).await("POST", "/reload")
        } catch {
            Output.note("argotd does not take it yet: \(error)")
        }
    }
}
