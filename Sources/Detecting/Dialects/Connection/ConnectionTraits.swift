/// What is known of a dialect's program at the vantages `tls` and `tcp`; as a rule nothing.
///
/// What it is built with and where it runs is somebody's knowledge; hellos and SYNs were seen.
public struct ConnectionTraits: Sendable, Hashable {
    /// The most hellos, and the most SYNs, that one dialect keeps.
    static let maximumSeen = 64

    /// The most libraries of one dialect.
    static let maximumLibraries = 16

    /// The TLS libraries that it is built with; the one that was recorded comes first.
    public private(set) var libraries: [String] = []

    /// The systems that it runs on.
    public private(set) var systems: [ClientSystem] = []

    /// The hellos that were seen of it, and how often.
    public private(set) var hellos: [HelloPrint: Int] = [:]

    /// SYNs that were seen of it and are no known system's alone, and how often: of a program that has a TCP of its own, or asks
    /// for data in its SYN.
    public private(set) var shapes: [SYNPattern: Int] = [:]

    /// Traits of a program that nothing is known of.
    public init() {}

    /// Whether nothing is known.
    public var isEmpty: Bool { libraries.isEmpty && systems.isEmpty && hellos.isEmpty && shapes.isEmpty }

    /// A hello was seen, as its JA4 fingerprint; what is none tells nothing.
    public mutating func note(hello text: some StringProtocol) {
        guard let hello = HelloPrint(text), !hello.isEmpty else { return }
        hellos[hello] = Self.sum(hellos[hello] ?? 0, 1)
    }

    /// A SYN was seen. That of a known system alone says where the program ran, not what it is.
    public mutating func note(syn text: some StringProtocol) {
        guard let pattern = SYNPattern.seen(text)?.pattern, !ClientSystem.isPlain(pattern) else { return }
        shapes[pattern] = Self.sum(shapes[pattern] ?? 0, 1)
    }

    /// Takes in what is known from elsewhere. Counts add up, whatever the order.
    public mutating func merge(_ other: ConnectionTraits) {
        for library in other.libraries where !libraries.contains(library) { libraries.append(library) }
        systems = ClientSystem.allCases.filter { systems.contains($0) || other.systems.contains($0) }
        hellos.merge(other.hellos, uniquingKeysWith: Self.sum)
        shapes.merge(other.shapes, uniquingKeysWith: Self.sum)
    }

    /// The same with no more than a document may have: the hellos and SYNs that were seen most often.
    public var bounded: ConnectionTraits {
        var bounded = self
        bounded.libraries = Array(libraries.prefix(Self.maximumLibraries))
        bounded.hellos = Self.most(hellos)
        bounded.shapes = Self.most(shapes)
        return bounded
    }

    private static func most<Key: Comparable>(_ seen: [Key: Int]) -> [Key: Int] {
        guard seen.count > maximumSeen else { return seen }
        let first = seen.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(maximumSeen)
        return Dictionary(uniqueKeysWithValues: first.map { ($0.key, $0.value) })
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, isTooLarge) = one.addingReportingOverflow(other)
        return isTooLarge ? Counted.maximum : min(sum, Counted.maximum)
    }
}

/// As lines of a document.
extension ConnectionTraits {
    /// The keywords of its lines.
    static let keywords: Set<Substring> = ["tls", "hello", "tcp", "syn"]

    /// The lines, as documents have them.
    var lines: [String] {
        var lines: [String] = []
        if !libraries.isEmpty { lines.append("tls " + libraries.joined(separator: " ")) }
        if !hellos.isEmpty { lines.append("hello " + Self.text(hellos)) }
        if !systems.isEmpty { lines.append("tcp " + systems.map(\.rawValue).joined(separator: " ")) }
        if !shapes.isEmpty { lines.append("syn " + Self.text(shapes)) }
        return lines
    }

    private static func text<Key: Comparable & CustomStringConvertible>(_ seen: [Key: Int]) -> String {
        seen.sorted { $0.key < $1.key }.map { Counted.text($0.key.description, $0.value) }.joined(separator: " ")
    }

    /// Takes in a line of a document: its keyword and the words behind it. Returns what is wrong with it, if anything.
    public mutating func read(_ keyword: some StringProtocol, _ words: some Collection<Substring>) -> String? {
        guard !words.isEmpty else { return "write \"\(keyword)\" and at least one word behind it" }
        for word in words {
            if let problem = read(String(keyword), word) { return problem }
        }
        return nil
    }

    private mutating func read(_ keyword: String, _ word: Substring) -> String? {
        switch keyword {
        case "tls":
            guard Self.isName(word) else {
                return "\"\(word)\" is not a library: use lower-case letters, digits, dashes"
            }
            if !libraries.contains(String(word)) { libraries.append(String(word)) }
            return libraries.count > Self.maximumLibraries ? "more than \(Self.maximumLibraries) libraries" : nil
        case "tcp":
            guard let system = ClientSystem(rawValue: String(word)) else {
                let known = ClientSystem.allCases.map(\.rawValue).joined(separator: ", ")
                return "\"\(word)\" is not a system: use \(known)"
            }
            systems = ClientSystem.allCases.filter { systems.contains($0) || $0 == system }
            return nil
        case "hello":
            guard let (name, count) = Counted.read(word), let hello = HelloPrint(name) else {
                return "\"\(word)\" is not a JA4 fingerprint, with *N for a count"
            }
            hellos[hello] = Self.sum(hellos[hello] ?? 0, count ?? 1)
            return hellos.count > Self.maximumSeen ? "more than \(Self.maximumSeen) hellos: keep the usual ones" : nil
        default:
            guard let (name, count) = Counted.read(word), let pattern = SYNPattern(name) else {
                return "\"\(word)\" is not the shape of a SYN: write HOPS/OPTION,OPTION…, as 64/mss,sok,ts,nop,ws"
            }
            shapes[pattern] = Self.sum(shapes[pattern] ?? 0, count ?? 1)
            return shapes.count > Self.maximumSeen ? "more than \(Self.maximumSeen) SYNs: keep the usual ones" : nil
        }
    }

    private static func isName(_ word: Substring) -> Bool {
        word.utf8.count <= 32
            && word.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x7a ~= $0 || $0 == UInt8(ascii: "-") }
    }
}
