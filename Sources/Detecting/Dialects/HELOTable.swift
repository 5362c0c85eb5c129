import SMTP

/// The HELO templates of a model, compiled: an argument and its shape in, the set of templates that take it out.
///
/// O(length of the argument): one pass, four table look-ups.
struct HELOTable: Sendable {
    private var formMasks = [TemplateMask](repeating: 0, count: HELOShape.Form.allCases.count)
    private var traitMasks = [TemplateMask](repeating: 0, count: 32)
    private var literals: [Fingerprint: TemplateMask] = [:]
    private var owned: Set<Fingerprint> = []
    private var skeletons: [Fingerprint: TemplateMask] = [:]
    /// The shapes and skeletons that each literal has besides, for the enumeration of possible masks.
    private var literalTexts: [String] = []

    init(_ patterns: [HELOPattern]) {
        for (number, pattern) in patterns.enumerated() {
            let mask = TemplateMask.only(number)
            switch pattern.content {
            case .forms(let forms): for form in forms { formMasks[Int(form.rawValue)] |= mask }
            case .literal(let text, let isOwned):
                literals[Fingerprint.of(text), default: 0] |= mask
                if isOwned { owned.insert(Fingerprint.of(text)) }
                literalTexts.append(text)
            case .skeleton(let text): skeletons[Fingerprint.of(text), default: 0] |= mask
            }
            for traits in traitMasks.indices where pattern.admits(HELOShape.Traits(rawValue: UInt8(traits))) {
                traitMasks[traits] |= mask
            }
        }
    }

    func mask(for argument: Span<UInt8>, shape: HELOShape) -> TemplateMask {
        contentMask(for: argument, form: shape.form) & traitMasks[Int(shape.traits.rawValue)]
    }

    /// Every mask that an argument can have.
    var possibleMasks: Set<TemplateMask> {
        var contents = Set(formMasks)
        let skeletonMasks = [0] + Array(skeletons.values)
        for one in skeletonMasks {
            for other in skeletonMasks { contents.insert(formMasks[Int(HELOShape.Form.fqdn.rawValue)] | one | other) }
        }
        for text in literalTexts {
            let bytes = Array(text.utf8)
            let shape = HELOShape(of: bytes, client: nil, ptr: nil, server: nil)
            contents.insert(contentMask(for: bytes.span, form: shape.form))
        }
        return TemplateMask.conjunctions([contents, Set(traitMasks)])
    }

    private func contentMask(for argument: Span<UInt8>, form: HELOShape.Form) -> TemplateMask {
        var mask = formMasks[Int(form.rawValue)]
        if !literals.isEmpty {
            var text = Fingerprint()
            text.add(argument, 0..<argument.count)
            if let literal = literals[text] {
                if owned.contains(text) { return literal }
                mask |= literal
            }
        }
        if form == .fqdn, !skeletons.isEmpty { mask |= skeletonMask(for: argument) }
        return mask
    }

    /// The templates that take the argument with its first or its second label left open.
    private func skeletonMask(for argument: Span<UInt8>) -> TemplateMask {
        let dot = UInt8(ascii: ".")
        guard let first = argument.indices.first(where: { argument[$0] == dot }) else { return 0 }
        var open = Fingerprint()
        open.add("{label}".utf8)
        open.add(argument, first..<argument.count)
        var mask = skeletons[open] ?? 0
        let second = ((first + 1)..<argument.count).first { argument[$0] == dot } ?? argument.count
        var inner = Fingerprint()
        inner.add(argument, 0..<(first + 1))
        inner.add("{label}".utf8)
        inner.add(argument, second..<argument.count)
        mask |= skeletons[inner] ?? 0
        return mask
    }
}
