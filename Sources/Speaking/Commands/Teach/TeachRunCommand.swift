import ArgumentParser
import Configuration
import Decision
import Dialects
import Files
import FoundationEssentials
import Keeping
import KeyedHashing
import Promotion
import RedisStore
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
            nothing to teach yet, too: the output says what is missing. Where envelope_model or site_dialects names a file, \
            that one stays in force, untouched; what was taught lies beside the database all the same.

            Of several servers that share what they remember (shared_store) one teaches: the first that asks, as long as it \
            goes on. Its models are in force at the others seconds later.
            """)

    @OptionGroup var control: ControlOptions

    @Flag(name: .long, help: "Print the model's card as JSON.")
    var json = false

    func run() throws {
        let configuration = try control.sources.load()
        guard configuration.learning else {
            throw CommandError("learning = no: nothing is kept to learn from, and nothing is taught")
        }
        if configuration.files.isUntouched {
            let missing =
                "nothing was kept yet in \(configuration.files.path): argotd has not run with this data_directory"
            return try say(missing)
        }
        if let teacher = Self.otherTeacher(configuration) {
            return try say("\(teacher) teaches for all servers of the site", instead: "not taught here")
        }
        let store = try configuration.files.openStore()
        let now = Int64(Date().timeIntervalSince1970)
        let since = now - Int64(clamping: configuration.learningDays) * 86_400
        let shelf = ModelShelf(configuration.files.models)
        let (outcome, changes) = try shelf.alone {
            let earlier = try Self.namedDialects(configuration)
            let teacher = Teacher(
                store: store, shelf: shelf, knowing: Self.knownDialects(configuration),
                since: UnixTime(seconds: since), now: UnixTime(seconds: now))
            let (outcome, dialects) = try teacher.teach(named: earlier ?? SiteDialects([]))
            let text = SiteDialectsDocument.text(for: dialects)
            try OutputFile.write(text, replacing: configuration.files.siteDialects, mode: 0o640)
            return (outcome, earlier.map { $0.dialects != dialects.dialects } ?? !dialects.dialects.isEmpty)
        }
        let isPromoted = if case .taught(let card) = outcome { card.promoted } else { false }
        switch outcome {
        case .tooEarly(let missing): try say(missing)
        case .taught(let card):
            if json { try Output.json(card) } else { ModelCardText.show(card) }
        }
        let places = [(isPromoted, configuration.envelopeModel), (changes, configuration.siteDialects)]
        for (_, place) in places { if let remark = place?.remark { Output.note(remark) } }
        if places.contains(where: { isNew, place in isNew && place?.isNamed == false }) { tellDaemon() }
    }

    /// Says why there is no model yet.
    private func say(_ missing: String, instead: String = "no model yet") throws {
        if json { try Output.json(["missing": missing]) } else { print("\(instead): \(missing)") }
    }

    /// For how long a server is the one that teaches, in seconds: a little longer than until its timer runs again, so that it
    /// goes on, and another one takes its place soon if it does not.
    private static let lease = 7 * 3_600

    /// The server that teaches for this one too; `nil` where this one does, or cannot ask.
    private static func otherTeacher(_ configuration: Configuration) -> String? {
        guard !configuration.sharedStore.isEmpty else { return nil }
        do {
            let key = try HashingKey.load(file: configuration.files.hashingKey)
            return try configuration.sharing(key: key).flatMap { try SharedLease.take("teach", $0, seconds: lease) }
        } catch {
            Output.note("\(error)")
            Output.note("which server teaches cannot be asked: this one does")
            return nil
        }
    }

    /// The dialects in force, whose honest ones nobody is called for; those that Argot ships in place of a file that cannot
    /// be read.
    private static func knownDialects(_ configuration: Configuration) -> DialectModel {
        do {
            return try ModelFile.read(configuration.modelFile).get().model
        } catch {
            Output.note("\(error)")
            Output.note("\(configuration.modelFile): the built-in dialects stand in for it")
            return DialectModel.starter()
        }
    }

    /// The dialects of the site in force, whose names the new ones get; a file of Argot's own that cannot be read is made again.
    private static func namedDialects(_ configuration: Configuration) throws -> SiteDialects? {
        guard let place = configuration.siteDialects, place.isExpected else { return nil }
        do {
            return try SiteDialectsFile.read(place.path)
        } catch {
            Output.note("\(error)")
            if !place.isNamed { Output.note("\(place.path): made again; names that you gave are lost") }
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
