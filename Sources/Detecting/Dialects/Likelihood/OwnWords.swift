/// Templates that take but one text, and that few dialects have: a name that a bot greets with, say. Who they belong to, and
/// what saying them is worth.
///
/// They are kept out of what voices have in common, so that a thousand dialects that differ in a name only are one voice.
struct OwnWords: Sendable {
    /// A dialect that has a template.
    struct Owner: Sendable {
        var dialect: UInt32
        var score: Int16
    }

    /// The most dialects that may have a template for it to be their own.
    static let maximumOwners = 8

    /// By kind and template, and the end of the last one: where the owners begin. Empty for kinds without.
    private var first: [[UInt32]] = Array(repeating: [], count: TemplateIndex.Slot.allCases.count)
    private var list: [[Owner]] = Array(repeating: [], count: TemplateIndex.Slot.allCases.count)

    /// Adds the owners of a kind's templates: by template, in order.
    mutating func set(_ slot: TemplateIndex.Slot, _ owners: [[Owner]]) {
        guard owners.contains(where: { !$0.isEmpty }) else { return }
        first[Int(slot.rawValue)] = [0]
        for some in owners {
            list[Int(slot.rawValue)] += some
            first[Int(slot.rawValue)].append(UInt32(list[Int(slot.rawValue)].count))
        }
    }

    /// Whether a template is somebody's own.
    func isOwn(_ slot: TemplateIndex.Slot, _ template: UInt32) -> Bool { !owners(slot, template).isEmpty }

    /// Whose it is; nobody's when many have it.
    func owners(_ slot: TemplateIndex.Slot, _ template: UInt32) -> ArraySlice<Owner> {
        let first = first[Int(slot.rawValue)]
        guard Int(template) + 1 < first.count else { return [] }
        return list[Int(slot.rawValue)][Int(first[Int(template)])..<Int(first[Int(template) + 1])]
    }
}
