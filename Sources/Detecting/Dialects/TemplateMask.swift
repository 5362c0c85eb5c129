/// A set of templates of one kind, a bit each.
typealias TemplateMask = UInt128

extension TemplateMask {
    /// The set that holds the template with this number alone.
    static func only(_ number: Int) -> TemplateMask { 1 << UInt128(number) }

    /// All conjunctions of one mask from each list.
    static func conjunctions(_ lists: [Set<TemplateMask>]) -> Set<TemplateMask> {
        lists.reduce([.max]) { partial, list in
            Set(partial.flatMap { mask in list.map { mask & $0 } })
        }
    }
}
