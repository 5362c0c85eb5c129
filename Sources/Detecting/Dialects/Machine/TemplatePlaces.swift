/// Where an index has the templates of a model's dialects: found by dialect and state, and by the number of a template's
/// text. Whoever compiles a model asks for each template several times, and texts are slow to look up.
struct TemplatePlaces: Sendable {
    /// The number of the start, which has no template.
    static let none = UInt32.max

    /// By dialect and state: the number of the template's text.
    private var texts: [UInt32] = []
    /// By dialect: where its states begin.
    private var first: [Int] = []
    /// By text: where the index has it; `nil` for one that never shows.
    private var places: [TemplateIndex.Place?] = []

    /// How many texts there are.
    var textCount: Int { places.count }

    /// The numbers of the texts of a dialect's templates, state by state.
    func texts(ofDialect dialect: Int) -> ArraySlice<UInt32> {
        texts[first[dialect]..<(dialect + 1 < first.count ? first[dialect + 1] : texts.count)]
    }

    /// Where the index has a text; `nil` where it does not, or for no text.
    subscript(_ text: UInt32) -> TemplateIndex.Place? { text == Self.none ? nil : places[Int(text)] }

    // MARK: Making it

    /// What follows are the states of the next dialect.
    mutating func beginDialect() { first.append(texts.count) }

    /// Adds a state with a text that was there before, or without one.
    mutating func addState(_ text: UInt32) { texts.append(text) }

    /// Adds a state with a text that is new; returns its number.
    mutating func addState(newAt place: TemplateIndex.Place?) -> UInt32 {
        let text = UInt32(places.count)
        places.append(place)
        texts.append(text)
        return text
    }
}
