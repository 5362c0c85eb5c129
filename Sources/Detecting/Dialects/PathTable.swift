import SMTP

/// The MAIL or the RCPT templates of a model, compiled: arguments in, the set of templates that take them out.
///
/// O(length of the arguments): one pass, three table look-ups.
struct PathTable: Sendable {
    private var formMasks = [TemplateMask](repeating: 0, count: 3)
    private var anyAddress: TemplateMask = 0
    private var sameAddress: TemplateMask = 0
    private var addresses: [Fingerprint: TemplateMask] = [:]
    private var parameters: [Fingerprint: TemplateMask] = [:]
    /// `NAME=VALUE` of every value that some template names.
    private var literalValues: Set<Fingerprint> = []

    /// The most combinations that the optional parameters of one template may make.
    static let maximumVariants = 4_096

    init(_ patterns: [(AddressPattern, [ParameterPattern])]) {
        for case .literal(let value, let name) in patterns.flatMap(\.1).map(Literal.init) {
            literalValues.insert(Fingerprint.of("\(name)=\(value)"))
        }
        for (number, (address, list)) in patterns.enumerated() {
            let mask = TemplateMask.only(number)
            for form in address.forms { formMasks[Int(form.rawValue)] |= mask }
            switch address.content {
            case .any: anyAddress |= mask
            case .sameAsSender: sameAddress |= mask
            case .literal(let text): addresses[Fingerprint.of(text), default: 0] |= mask
            }
            for variant in Self.variants(of: list, literals: patterns.flatMap(\.1)) {
                parameters[variant, default: 0] |= mask
            }
        }
    }

    /// The templates that take the arguments (address, then parameters, separated by NUL), and the address's
    /// fingerprint without brackets.
    func mask(for arguments: Span<UInt8>, sender: Fingerprint?) -> (mask: TemplateMask, address: Fingerprint) {
        var end = 0
        while end < arguments.count, arguments[end] != 0 { end += 1 }
        let isBracketed = end >= 2 && arguments[0] == UInt8(ascii: "<") && arguments[end - 1] == UInt8(ascii: ">")
        let form: MailAddress.Form = isBracketed ? (end == 2 ? .null : .bracketed) : .bare
        var address = Fingerprint()
        address.add(arguments, isBracketed ? 1..<(end - 1) : 0..<end)
        var content = anyAddress | (addresses[address] ?? 0)
        if let sender, sender == Fingerprint.folded(arguments, isBracketed ? 1..<(end - 1) : 0..<end) {
            content |= sameAddress
        }
        let mask = formMasks[Int(form.rawValue)] & content & (parameters[signature(arguments, from: end)] ?? 0)
        return (mask, Fingerprint.folded(arguments, isBracketed ? 1..<(end - 1) : 0..<end))
    }

    /// Every mask that arguments can have.
    var possibleMasks: Set<TemplateMask> {
        var contents: Set<TemplateMask> = []
        for literal in [0] + Array(addresses.values) {
            contents.insert(anyAddress | literal)
            contents.insert(anyAddress | literal | sameAddress)
        }
        return TemplateMask.conjunctions([Set(formMasks), contents, Set(parameters.values)])
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

    /// A literal value and its parameter's name.
    private enum Literal {
        case literal(String, name: String)
        case other

        init(_ pattern: ParameterPattern) {
            if case .literal(let value) = pattern.value {
                self = .literal(value, name: pattern.name)
            } else {
                self = .other
            }
        }
    }

    /// How many signatures a list of patterns stands for; `.max` when no number holds it.
    static func variantCount(of list: [ParameterPattern], literals: [ParameterPattern]) -> Int {
        list.reduce(1) { count, pattern in
            let words = words(of: pattern, literals: literals).count + (pattern.isOptional ? 1 : 0)
            let (product, overflows) = count.multipliedReportingOverflow(by: words)
            return overflows ? .max : product
        }
    }

    /// The signatures of everything that a list of patterns stands for.
    private static func variants(of list: [ParameterPattern], literals: [ParameterPattern]) -> [Fingerprint] {
        var variants = [Fingerprint()]
        for pattern in list {
            let words = words(of: pattern, literals: literals)
            let longer = variants.flatMap { variant in
                words.map { word in
                    var next = variant
                    next.add(0)
                    next.add(word.utf8)
                    return next
                }
            }
            variants = pattern.isOptional ? variants + longer : longer
            precondition(variants.count <= maximumVariants, "too many optional parameters in one template")
        }
        return variants
    }

    /// What one pattern can look like in a signature.
    private static func words(of pattern: ParameterPattern, literals: [ParameterPattern]) -> Set<String> {
        var words: Set<String>
        switch pattern.value {
        case .absent: return [pattern.name]
        case .literal(let value): return ["\(pattern.name)=\(value)"]
        case .number: words = ["\(pattern.name)=#"]
        case .any: words = ["\(pattern.name)=#", "\(pattern.name)=*"]
        }
        for case .literal(let value, pattern.name) in literals.map(Literal.init) {
            let isNumber = !value.isEmpty && value.utf8.allSatisfy { 0x30...0x39 ~= $0 }
            if pattern.value == .any || isNumber { words.insert("\(pattern.name)=\(value)") }
        }
        return words
    }
}
