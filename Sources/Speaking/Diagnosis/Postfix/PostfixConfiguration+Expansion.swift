extension PostfixConfiguration {
    /// How deeply parameters may refer to each other before they are taken for a loop.
    private static let maximumDepth = 16

    /// A parameter as it is written where it holds for a service: in `master.cf`, or in `main.cf`.
    func written(_ name: String, in service: PostfixService?) -> String {
        service?.overrides[name] ?? (opaque.contains(name) ? nil : raw[name]) ?? parameters[name] ?? ""
    }

    /// A parameter as it holds for a service, other parameters filled in.
    func value(_ name: String, in service: PostfixService?) -> String {
        expanded(written(name, in: service)[...], in: service)
    }

    /// Fills in what a text refers to, as Postfix does; a parameter that does not exist is empty.
    func expanded(_ text: Substring, in service: PostfixService?, depth: Int = 0) -> String {
        guard text.contains("$") else { return String(text) }
        guard depth < Self.maximumDepth else { return "" }
        var result = ""
        var rest = text
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            let next = rest.index(after: dollar)
            if next < rest.endIndex, rest[next] == "$" {
                result += "$"
                rest = rest[rest.index(after: next)...]
                continue
            }
            guard let reference = PostfixReference(at: dollar, in: rest) else {
                result += "$"
                rest = rest[next...]
                continue
            }
            switch reference.body {
            case .value(let name):
                result += expanded(written(String(name), in: service)[...], in: service, depth: depth + 1)
            case .choice(let condition, let then, let otherwise):
                if let text = holds(condition, in: service, depth: depth + 1) ? then : otherwise {
                    result += expanded(text, in: service, depth: depth + 1)
                }
            }
            rest = rest[reference.end...]
        }
        return result + rest
    }

    /// Whether a condition holds.
    func holds(_ condition: PostfixReference.Condition, in service: PostfixService?, depth: Int = 0) -> Bool {
        switch condition {
        case .isSet(let name): return !written(String(name), in: service).isEmpty
        case .comparison(let left, let sign, let right):
            let a = expanded(left, in: service, depth: depth)
            let b = expanded(right, in: service, depth: depth)
            let order =
                if sign.hasSuffix("level") {
                    Self.compare(Self.level(a), Self.level(b))
                } else if let a = UInt64(a), let b = UInt64(b) {
                    Self.compare([a], [b])
                } else {
                    Self.compare(Array(a.utf8), Array(b.utf8))
                }
            switch sign.split(whereSeparator: \.isLetter).first ?? "" {
            case "==": return order == 0
            case "!=": return order != 0
            case "<": return order < 0
            case "<=": return order <= 0
            case ">": return order > 0
            case ">=": return order >= 0
            default: return false
            }
        }
    }

    /// The numbers of a compatibility level.
    private static func level(_ text: String) -> [UInt64] { text.split(separator: ".").map { UInt64($0) ?? 0 } }

    private static func compare<Element: Comparable>(_ a: [Element], _ b: [Element]) -> Int {
        a.lexicographicallyPrecedes(b) ? -1 : b.lexicographicallyPrecedes(a) ? 1 : 0
    }
}
