import SMTP

/// The HELO templates of a model, compiled: an argument and its shape in, its wording out, and from that the set of
/// templates that take it.
///
/// A wording is O(length of the argument): one pass, four table look-ups, whatever the number of templates.
struct HELOTable: Sendable {
    private let count: Int
    private var formSets: [TemplateSet]
    /// The distinct sets of templates that traits leave.
    private var traitSets: [TemplateSet] = []
    /// By traits: the number of their set.
    private var traitClasses: [UInt16] = []
    /// Numbers from 1.
    private var literals = FingerprintTable()
    private var skeletons = FingerprintTable()
    /// By the numbers above, the templates in ascending order; nothing at 0.
    private var literalTemplates: [[UInt32]] = [[]]
    private var isOwned: [Bool] = [false]
    private var skeletonTemplates: [[UInt32]] = [[]]
    /// The literal texts, for the enumeration of what is possible.
    private let patterns: [HELOPattern]

    init(_ patterns: [HELOPattern]) {
        count = patterns.count
        self.patterns = patterns
        formSets = Array(repeating: TemplateSet(count: count), count: HELOShape.Form.allCases.count)
        for (number, pattern) in patterns.enumerated() {
            let number = UInt32(number)
            switch pattern.content {
            case .forms(let forms): for form in forms { formSets[Int(form.rawValue)].insert(number) }
            case .literal(let text, let owns):
                let place = Self.place(of: text, in: &literals, &literalTemplates)
                literalTemplates[place].append(number)
                if place == isOwned.count { isOwned.append(false) }
                if owns { isOwned[place] = true }
            case .skeleton(let text):
                skeletonTemplates[Self.place(of: text, in: &skeletons, &skeletonTemplates)].append(number)
            }
        }
        var known: [TemplateSet: UInt16] = [:]
        let kinds = Set(patterns.map { [$0.required, $0.forbidden] })
        // Templates differ in few combinations of traits, however many there are.
        var byKind: [[HELOShape.Traits]: TemplateSet] = [:]
        for kind in kinds { byKind[kind] = TemplateSet(count: count) }
        for (number, pattern) in patterns.enumerated() {
            byKind[[pattern.required, pattern.forbidden]]?.insert(UInt32(number))
        }
        for traits in 0..<32 as Range<UInt8> {
            let traits = HELOShape.Traits(rawValue: traits)
            var set = TemplateSet(count: count)
            for (kind, templates) in byKind where traits.isSuperset(of: kind[0]) && traits.isDisjoint(with: kind[1]) {
                set.formUnion(templates)
            }
            if known[set] == nil {
                known[set] = UInt16(traitSets.count)
                traitSets.append(set)
            }
            traitClasses.append(known[set] ?? 0)
        }
    }

    private static func place(
        of text: String, in numbers: inout FingerprintTable, _ templates: inout [[UInt32]]
    ) -> Int {
        let fingerprint = Fingerprint.of(text)
        if let known = numbers[fingerprint] { return Int(known) }
        numbers[fingerprint] = UInt32(templates.count)
        templates.append([])
        return templates.count - 1
    }

    // MARK: Wordings

    func wording(of argument: Span<UInt8>, shape: HELOShape) -> Wording {
        var wording = Wording(.helo)
        wording.shape = UInt16(shape.form.rawValue) | traitClasses[Int(shape.traits.rawValue)] << 4
        if !literals.isEmpty {
            var text = Fingerprint()
            text.add(argument, 0..<argument.count)
            if let literal = literals[text] {
                wording.text = literal
                if isOwned[Int(literal)] { return wording }
            }
        }
        if shape.form == .fqdn, !skeletons.isEmpty { addSkeletons(of: argument, to: &wording) }
        return wording
    }

    /// The argument with its first or its second label left open.
    private func addSkeletons(of argument: Span<UInt8>, to wording: inout Wording) {
        let dot = UInt8(ascii: ".")
        guard let first = argument.indices.first(where: { argument[$0] == dot }) else { return }
        var open = Fingerprint()
        open.add("{label}".utf8)
        open.add(argument, first..<argument.count)
        wording.first = skeletons[open] ?? 0
        let second = ((first + 1)..<argument.count).first { argument[$0] == dot } ?? argument.count
        var inner = Fingerprint()
        inner.add(argument, 0..<(first + 1))
        inner.add("{label}".utf8)
        inner.add(argument, second..<argument.count)
        wording.second = skeletons[inner] ?? 0
    }

    // MARK: Sets

    /// The templates that take an argument of this wording, spelling aside.
    func templates(for wording: Wording) -> TemplateSet {
        var set: TemplateSet
        if isOwned[Int(wording.text)] {
            set = TemplateSet(count: count, literalTemplates[Int(wording.text)])
        } else {
            set = formSets[Int(wording.shape & 15)]
            set.insert(literalTemplates[Int(wording.text)])
            set.insert(skeletonTemplates[Int(wording.first)])
            set.insert(skeletonTemplates[Int(wording.second)])
        }
        set.formIntersection(traitSets[Int(wording.shape >> 4)])
        return set
    }

    /// Whether one template takes it.
    func takes(_ wording: Wording, _ template: UInt32) -> Bool {
        guard traitSets[Int(wording.shape >> 4)].contains(template) else { return false }
        if literalTemplates[Int(wording.text)].holds(template) { return true }
        if isOwned[Int(wording.text)] { return false }
        return formSets[Int(wording.shape & 15)].contains(template)
            || skeletonTemplates[Int(wording.first)].holds(template)
            || skeletonTemplates[Int(wording.second)].holds(template)
    }

    /// Whether a template takes but one argument, or one with a label open.
    func isExact(_ template: UInt32) -> Bool {
        if case .forms = patterns[Int(template)].content { false } else { true }
    }

    /// The exact templates that a wording may be taken by, in lists.
    func exactTemplates(for wording: Wording) -> [[UInt32]] {
        [
            literalTemplates[Int(wording.text)], skeletonTemplates[Int(wording.first)],
            skeletonTemplates[Int(wording.second)],
        ]
    }

    /// The wording of the same templates but those that `isLeftOut`, exact ones all; `nil` when none is left for sure.
    func wording(_ wording: Wording, without isLeftOut: (UInt32) -> Bool) -> Wording? {
        var rest = wording
        if literalTemplates[Int(wording.text)].allSatisfy(isLeftOut) {
            if isOwned[Int(wording.text)] { return nil }
            rest.text = 0
        }
        if skeletonTemplates[Int(wording.first)].allSatisfy(isLeftOut) { rest.first = 0 }
        if skeletonTemplates[Int(wording.second)].allSatisfy(isLeftOut) { rest.second = 0 }
        return rest
    }

    /// At most how many sets an argument can have; `.max` for more than any number holds.
    var possibleCount: Int {
        (formSets.count + patterns.count).adding(skeletonTemplates.count.times(skeletonTemplates.count))
            .times(traitSets.count)
    }

    /// Every set that an argument can have.
    var possibleSets: Set<TemplateSet> {
        var contents = Set(formSets)
        let fqdn = formSets[Int(HELOShape.Form.fqdn.rawValue)]
        for one in skeletonTemplates {
            for other in skeletonTemplates {
                var set = fqdn
                set.insert(one)
                set.insert(other)
                contents.insert(set)
            }
        }
        for case .literal(let text, _) in patterns.map(\.content) {
            let bytes = Array(text.utf8)
            let shape = HELOShape(of: bytes, client: nil, ptr: nil, server: nil)
            var wording = wording(of: bytes.span, shape: shape)
            wording.shape &= 15
            var set = isOwned[Int(wording.text)] ? TemplateSet(count: count) : formSets[Int(wording.shape)]
            set.insert(literalTemplates[Int(wording.text)])
            set.insert(skeletonTemplates[Int(wording.first)])
            set.insert(skeletonTemplates[Int(wording.second)])
            contents.insert(set)
        }
        return TemplateSet.conjunctions([contents, Set(traitSets)])
    }
}

extension Int {
    /// The product; `.max` where no number holds it.
    func times(_ other: Int) -> Int {
        let (product, overflows) = multipliedReportingOverflow(by: other)
        return overflows ? .max : product
    }

    /// The sum; `.max` where no number holds it.
    func adding(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}

extension [UInt32] {
    /// Whether an ascending list holds a number. O(log count).
    func holds(_ number: UInt32) -> Bool {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == number
    }
}
