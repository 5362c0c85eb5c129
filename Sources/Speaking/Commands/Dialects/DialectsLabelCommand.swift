import ArgumentParser
import Dialects
import DialectLearning
import SMTP

/// `argot dialects label`
struct DialectsLabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Names a dialect of a model.",
        discussion: """
            Dialects learned from conversations without a label are called proposed-1 and so on. In a file of this \
            site's dialects ("argot dialects site") they are called site- and eight digits; there a class is needed: \
            bot and attack are the administrator's word that they are hostile, any other class that they are left alone.
            """)

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
        if SiteDialectsFile.isOne(options.model) { return try labelSiteDialect() }
        let model = try DialectModelFile.read(options.model).labelling(
            name, as: newName, dialectClass: try dialectClass.map(DialectsLearnCommand.dialectClass),
            origin: origin.map(TranscriptLessons.words))
        try DialectModelFile.write(DialectDocument.text(for: model), to: options.target)
    }

    private func labelSiteDialect() throws {
        guard let dialectClass else { throw CommandError("--class is missing: bot, attack, or what it is instead") }
        let site = try SiteDialectsFile.read(options.model)
        guard !site.dialects(called: name).isEmpty else {
            throw CommandError("there is no dialect \(name): see \"argot dialects site --file \(options.model) --all\"")
        }
        guard SiteDialectsDocument.isName(newName) else {
            throw CommandError("\(newName) is no name: use letters, digits, dots and hyphens, at most 64")
        }
        guard origin == nil else { throw CommandError("--origin is for models, not for this site's dialects") }
        let label = SiteDialect.Label(
            name: newName, dialectClass: try DialectsLearnCommand.dialectClass(dialectClass))
        try DialectModelFile.write(
            SiteDialectsDocument.text(for: site.labelling(name, as: label)), to: options.target)
    }
}
