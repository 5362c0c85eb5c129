private import Files
private import FoundationEssentials
private import SMTP

/// The models that a site has taught itself, by number, each with its card; one of them is in force.
///
/// `0007.envelopes` is a model, `0007.json` its card, `envelopes.model` a link to the one in force. Files appear whole or
/// not at all, and the link changes at once: a full disk or a crash leaves the model in force as it was.
public struct ModelShelf: Sendable {
    /// The directory.
    public let path: String

    private let directory: ProgramDirectory
    private static let link = "envelopes.model"

    /// How many models that are not in force are kept: the newest.
    private static let kept = 20

    /// The shelf of a directory, which need not exist.
    public init(_ path: String) {
        self.path = path
        directory = ProgramDirectory(path)
    }

    /// Does something that nobody else does on this shelf meanwhile.
    ///
    /// - Throws: `DocumentFault` when another process teaches, or the directory cannot be made; what `body` throws.
    public func alone<Result>(_ body: () throws -> Result) throws -> Result {
        try directory.create()
        guard let lock = try directory.lock("teach.lock") else {
            throw DocumentFault(file: path, line: 0, problem: "another argot is teaching: wait until it is done")
        }
        return try withExtendedLifetime(lock) { try body() }
    }

    /// The numbers of all models that have a card, ascending.
    public var numbers: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { $0.hasSuffix(".json") ? Int($0.dropLast(5)) : nil }.sorted()
    }

    /// The number of the model in force; `nil` for none, or one that was put there by hand.
    public var inForce: Int? {
        directory.target(of: Self.link).flatMap { $0.hasSuffix(".envelopes") ? Int($0.dropLast(10)) : nil }
    }

    /// The next candidate's number.
    public var next: Int { (numbers.last ?? 0) + 1 }

    /// A model's file.
    public func model(_ number: Int) -> String { "\(path)/\(Self.name(number)).envelopes" }

    /// The card of a model.
    ///
    /// - Throws: `DocumentFault` for a number that there is not, and for a file that is no card.
    public func card(_ number: Int) throws -> ModelCard {
        let file = "\(path)/\(Self.name(number)).json"
        guard let data = FileManager.default.contents(atPath: file) else {
            throw DocumentFault(
                file: file, line: 0, problem: "there is no such model: argot models lists those that there are")
        }
        do {
            return try JSONDecoder().decode(ModelCard.self, from: data)
        } catch {
            throw DocumentFault(
                file: file, line: 0, problem: "this is not a model's card: remove it, with the model beside it")
        }
    }

    /// All cards that can be read, ascending.
    public var cards: [ModelCard] { numbers.compactMap { try? card($0) } }

    /// Puts a model on the shelf, the card last, and removes the oldest of those that are too many.
    public func add(_ model: String, _ card: ModelCard) throws {
        let number = Self.name(card.number)
        try OutputFile.write(model, replacing: "\(path)/\(number).envelopes", mode: 0o640)
        do {
            try write(card)
        } catch {
            directory.remove("\(number).envelopes")
            throw error
        }
        let spare = numbers.filter { $0 != inForce && $0 != card.number }
        for old in spare.dropLast(Self.kept) {
            directory.remove("\(Self.name(old)).json")
            directory.remove("\(Self.name(old)).envelopes")
        }
    }

    /// Puts a model in force.
    ///
    /// - Throws: `DocumentFault` for a number that there is not.
    public func promote(_ number: Int, because reason: String) throws {
        var card = try card(number)
        guard FileManager.default.fileExists(atPath: model(number)) else {
            throw DocumentFault(file: model(number), line: 0, problem: "the model is gone: choose another one")
        }
        card.promoted = true
        card.reason = reason
        try write(card)
        try directory.link(Self.link, to: "\(Self.name(number)).envelopes")
    }

    /// The newest promoted model before the one in force; `nil` when there is none.
    public var previous: Int? {
        let current = inForce ?? .max
        return cards.last { $0.promoted && $0.number < current }?.number
    }

    /// Takes what is in force out of force: nothing is judged by envelopes until the next promotion.
    ///
    /// - Throws: `DocumentFault` when the link cannot be changed.
    public func clear() throws { try directory.linkNowhere(Self.link) }

    /// Whether the model in force was taught by another server of the site.
    public var isShared: Bool { directory.target(of: Self.link) == "shared.envelopes" }

    private func write(_ card: ModelCard) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let text = String(decoding: try encoder.encode(card), as: UTF8.self)
        try OutputFile.write(text + "\n", replacing: "\(path)/\(Self.name(card.number)).json", mode: 0o640)
    }

    private static func name(_ number: Int) -> String { number.padded(to: 4) }
}
