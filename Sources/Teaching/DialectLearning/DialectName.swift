/// Names of dialects.
public enum DialectName {
    /// Whether a text can be a dialect's name: letters, digits, dots, dashes and underscores, at most 64.
    public static func isName(_ text: String) -> Bool {
        1...64 ~= text.utf8.count
            && text.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// A name made of any text: what cannot be in a name becomes a dash.
    public static func name(from text: String) -> String {
        var name = ""
        for character in text.lowercased() {
            let isPlain = isName(String(character))
            if isPlain || name.last != "-" { name.append(isPlain ? character : "-") }
        }
        while name.last == "-" { name.removeLast() }
        name = String(name.drop { $0 == "-" }.prefix(64))
        return name.isEmpty ? "unnamed" : name
    }

    /// The name among `names` that is nearest to `text`, if it is near enough to be a slip: at most a third of its letters
    /// differ. Ties go to the first.
    public static func nearest(to text: String, among names: some Sequence<String>) -> String? {
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = distance(Array(text.lowercased().utf8.prefix(64)), Array(name.lowercased().utf8.prefix(64)))
            if distance < best?.distance ?? .max { best = (name, distance) }
        }
        guard let best, best.distance <= max(1, text.utf8.count / 3) else { return nil }
        return best.name
    }

    /// How many letters must be put in, left out or changed (Levenshtein).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let cost = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(cost, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
