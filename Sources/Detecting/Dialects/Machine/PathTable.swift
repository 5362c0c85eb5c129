import SMTP

/// The MAIL or the RCPT templates of a model, compiled: arguments in, their wording out, and from that the set of templates
/// that take them.
///
/// A wording is O(length of the arguments): one pass, three table look-ups, whatever the number of templates.
struct PathTable: Sendable {
    private let count: Int
    private var formSets: [TemplateSet]
    private var anyAddress: TemplateSet
    private var sameAddress: TemplateSet
    private var hasSameAddress = false
    /// Numbers from 1.
    private var addresses = FingerprintTable()
    private var parameters = FingerprintTable()
    /// By the numbers above, the templates in ascending order; nothing at 0.
    private var addressTemplates: [[UInt32]] = [[]]
    private var parameterTemplates: [[UInt32]] = [[]]
    /// `NAME=VALUE` of every value that some template names.
    private var literalValues: Set<Fingerprint> = []

    private static let sameAsSender: UInt16 = 4

    /// The most combinations that the optional parameters of one template may make.
    static let maximumVariants = 4_096

    init(_ patterns: [(AddressPattern, [ParameterPattern])]) {
        count = patterns.count
        formSets = Array(repeating: TemplateSet(count: count), count: 3)
        anyAddress = TemplateSet(count: count)
        sameAddress = TemplateSet(count: count)
        let literals = LiteralValues(patterns.lazy.flatMap(\.1))
        for (name, values) in literals.byName {
            for value in values { literalValues.insert(Fingerprint.of("\(name)=\(value)")) }
        }
        var signatures: [Fingerprint: [UInt32]] = [:]
        var variants: [[ParameterPattern]: [Fingerprint]] = [:]
        for (number, (address, list)) in patterns.enumerated() {
            let number = UInt32(number)
            for form in address.forms { formSets[Int(form.rawValue)].insert(number) }
            switch address.content {
            case .any: anyAddress.insert(number)
            case .sameAsSender:
                sameAddress.insert(number)
                hasSameAddress = true
            case .literal(let text):
                let fingerprint = Fingerprint.of(text)
                if let known = addresses[fingerprint] {
                    addressTemplates[Int(known)].append(number)
                } else {
                    addresses[fingerprint] = UInt32(addressTemplates.count)
                    addressTemplates.append([number])
                }
            }
            let found = variants[list] ?? Self.variants(of: list, literals: literals)
            variants[list] = found
            for signature in Set(found) { signatures[signature, default: []].append(number) }
        }
        // Most signatures are those of one and the same templates.
        var known: [[UInt32]: UInt32] = [:]
        for (signature, templates) in signatures {
            if known[templates] == nil {
                known[templates] = UInt32(parameterTemplates.count)
                parameterTemplates.append(templates)
            }
            parameters[signature] = known[templates]
        }
    }

    // MARK: Wordings

    /// The wording of arguments (address, then parameters, separated by NUL), and the address's fingerprint without
    /// brackets, letter case aside.
    func wording(
        of arguments: Span<UInt8>, _ slot: TemplateIndex.Slot, sender: Fingerprint?
    ) -> (wording: Wording, address: Fingerprint) {
        var end = 0
        while end < arguments.count, arguments[end] != 0 { end += 1 }
        let isBracketed = end >= 2 && arguments[0] == UInt8(ascii: "<") && arguments[end - 1] == UInt8(ascii: ">")
        let form: MailAddress.Form = isBracketed ? (end == 2 ? .null : .bracketed) : .bare
        let range = isBracketed ? 1..<(end - 1) : 0..<end
        var wording = Wording(slot)
        wording.shape = UInt16(form.rawValue)
        if !addresses.isEmpty {
            var address = Fingerprint()
            address.add(arguments, range)
            wording.text = addresses[address] ?? 0
        }
        let folded = Fingerprint.folded(arguments, range)
        if hasSameAddress, let sender, sender == folded { wording.shape |= Self.sameAsSender }
        wording.first = parameters[signature(arguments, from: end)] ?? 0
        return (wording, folded)
    }

    // MARK: Sets

    /// The templates that take arguments of this wording, spelling aside.
    func templates(for wording: Wording) -> TemplateSet {
        var set = anyAddress
        if wording.shape & Self.sameAsSender != 0 { set.formUnion(sameAddress) }
        set.insert(addressTemplates[Int(wording.text)])
        set.formIntersection(formSets[Int(wording.shape & 3)])
        set.formIntersection(TemplateSet(count: count, parameterTemplates[Int(wording.first)]))
        return set
    }

    /// Whether one template takes them.
    func takes(_ wording: Wording, _ template: UInt32) -> Bool {
        formSets[Int(wording.shape & 3)].contains(template)
            && (anyAddress.contains(template) || addressTemplates[Int(wording.text)].holds(template)
                || wording.shape & Self.sameAsSender != 0 && sameAddress.contains(template))
            && parameterTemplates[Int(wording.first)].holds(template)
    }

    /// Whether a template takes but one address.
    func isExact(_ template: UInt32) -> Bool { !anyAddress.contains(template) && !sameAddress.contains(template) }

    /// The templates of just this address.
    func exactTemplates(for wording: Wording) -> [UInt32] { addressTemplates[Int(wording.text)] }

    /// At most how many sets arguments can have; `.max` for more than any number holds.
    var possibleCount: Int { (formSets.count * 2).times(addressTemplates.count).times(parameterTemplates.count) }

    /// Every set that arguments can have.
    var possibleSets: Set<TemplateSet> {
        var contents: Set<TemplateSet> = []
        for literal in addressTemplates {
            var set = anyAddress
            set.insert(literal)
            contents.insert(set)
            set.formUnion(sameAddress)
            contents.insert(set)
        }
        let lists = Set(parameterTemplates.dropFirst().map { TemplateSet(count: count, $0) })
        return TemplateSet.conjunctions([Set(formSets), contents, lists])
    }

    /// The parameters with their values classified: literal where a template names the value, else `#` or `*`.
    private func signature(_ arguments: Span<UInt8>, from start: Int) -> Fingerprint {
        var signature = Fingerprint()
        var index = start
        while index < arguments.count {
            let begin = index + 1
            var end = begin
            var equals: Int?
            var isNumber = true
            while end < arguments.count, arguments[end] != 0 {
                if equals != nil {
                    isNumber = isNumber && 0x30...0x39 ~= arguments[end]
                } else if arguments[end] == UInt8(ascii: "=") {
                    equals = end
                }
                end += 1
            }
            signature.add(0)
            if let equals {
                var word = Fingerprint()
                word.add(arguments, begin..<end)
                signature.add(arguments, begin..<(equals + 1))
                if literalValues.contains(word) {
                    signature.add(arguments, (equals + 1)..<end)
                } else {
                    signature.add(UInt8(ascii: isNumber && end > equals + 1 ? "#" : "*"))
                }
            } else {
                signature.add(arguments, begin..<end)
            }
            index = end
        }
        return signature
    }

    /// The values that templates name, by parameter.
    struct LiteralValues {
        fileprivate var byName: [String: Set<String>] = [:]

        /// The values in these patterns.
        init(_ patterns: some Sequence<ParameterPattern>) {
            for pattern in patterns {
                if case .literal(let value) = pattern.value { byName[pattern.name, default: []].insert(value) }
            }
        }

        /// How many words one pattern stands for.
        fileprivate func count(of pattern: ParameterPattern) -> Int {
            let values = byName[pattern.name] ?? []
            return switch pattern.value {
            case .absent, .literal: 1
            case .number: 1 + values.count(where: Self.isNumber)
            case .any: 2 + values.count
            }
        }

        /// What one pattern can look like in a signature.
        fileprivate func words(of pattern: ParameterPattern) -> [String] {
            let values = (byName[pattern.name] ?? []).map { "\(pattern.name)=\($0)" }
            switch pattern.value {
            case .absent: return [pattern.name]
            case .literal(let value): return ["\(pattern.name)=\(value)"]
            case .number:
                let numbers = (byName[pattern.name] ?? []).filter(Self.isNumber).map { "\(pattern.name)=\($0)" }
                return ["\(pattern.name)=#"] + numbers
            case .any: return ["\(pattern.name)=#", "\(pattern.name)=*"] + values
            }
        }

        private static func isNumber(_ value: String) -> Bool {
            !value.isEmpty && value.utf8.allSatisfy { 0x30...0x39 ~= $0 }
        }
    }

    /// How many signatures a list of patterns stands for; `.max` when no number holds it. O(number of patterns).
    static func variantCount(of list: [ParameterPattern], literals: LiteralValues) -> Int {
        list.reduce(1) { count, pattern in
            let words = literals.count(of: pattern) + (pattern.isOptional ? 1 : 0)
            let (product, overflows) = count.multipliedReportingOverflow(by: words)
            return overflows ? .max : product
        }
    }

    /// The signatures of everything that a list of patterns stands for.
    private static func variants(of list: [ParameterPattern], literals: LiteralValues) -> [Fingerprint] {
        var variants = [Fingerprint()]
        for pattern in list {
            let words = literals.words(of: pattern)
            var longer = pattern.isOptional ? variants : []
            for variant in variants {
                for word in words {
                    var next = variant
                    next.add(0)
                    next.add(word.utf8)
                    longer.append(next)
                }
            }
            variants = longer
            precondition(variants.count <= maximumVariants, "too many optional parameters in one template")
        }
        return variants
    }
}
