/// What of the shape of a SYN the client's system decides alone: how many hops a packet may take at first, and which options
/// it has, in order.
///
/// The way decides the rest: hops are taken off, tunnels make the largest segment smaller, and the window follows the
/// largest segment and the host's settings. Hops begin with 64, 128 or 255; nobody is 64 hops away. It is written
/// `64/mss,sok,ts,nop,ws`, without options `64/none`.
public struct SYNPattern: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The longest list of options that is read; a header has room for 40 bytes of them.
    private static let maximumOptions = 40

    /// How many hops the system lets a packet take.
    public let hops: UInt8

    /// The options in order, separated by commas.
    public let options: String

    /// The pattern of a SYN as it was captured, `64240/57/mss1460,sok,ts,nop,ws7`, and the hops that were left; `nil` for a
    /// text that is none. O(length).
    public static func seen(_ text: some StringProtocol) -> (pattern: SYNPattern, hopsLeft: UInt8)? {
        let parts = text.split(separator: "/" as Character, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, UInt16(parts[0]) != nil, let left = UInt8(parts[1]), left > 0,
            let options = options(of: parts[2], separator: "," as Character)
        else { return nil }
        return (SYNPattern(hops: left <= 64 ? 64 : left <= 128 ? 128 : 255, options: options), left)
    }

    /// The pattern of a word of a document; `nil` for what is none.
    public init?(_ word: some StringProtocol) {
        let parts = word.split(separator: "/" as Character, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let hops = UInt8(parts[0]), [64, 128, 255].contains(hops), !parts[1].isEmpty,
            let options = Self.options(of: parts[1] == "none" ? "" : parts[1], separator: "," as Character),
            parts[1] == "none" || options == parts[1]
        else { return nil }
        self.init(hops: hops, options: options)
    }

    init(hops: UInt8, options: String) {
        self.hops = hops
        self.options = options
    }

    /// The same without the option of TCP Fast Open and what fills it up; `nil` if it has none.
    var withoutFastOpen: SYNPattern? {
        let fastOpen = ",?34,nop,nop"
        guard options.hasSuffix(fastOpen) else { return nil }
        return SYNPattern(hops: hops, options: String(options.dropLast(fastOpen.count)))
    }

    /// As documents have it.
    public var description: String { "\(hops)/\(options.isEmpty ? "none" : options)" }

    /// The order of the texts.
    public static func < (left: SYNPattern, right: SYNPattern) -> Bool { left.description < right.description }

    /// Options without their values; `nil` for what is none.
    private static func options(of text: some StringProtocol, separator: Character) -> String? {
        guard !text.isEmpty else { return "" }
        let words = text.split(separator: separator, omittingEmptySubsequences: false)
        guard words.count <= maximumOptions else { return nil }
        var options: [String] = []
        for word in words {
            let name = word.prefix { $0.isASCII && $0.isLetter }
            switch name {
            case "eol", "nop", "sok", "sack", "ts":
                guard name.endIndex == word.endIndex else { return nil }
                options.append(String(name))
            case "mss", "ws":
                guard word[name.endIndex...].utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
                options.append(String(name))
            case "":
                guard word.first == "?", UInt8(word.dropFirst()) != nil else { return nil }
                options.append(String(word))
            default: return nil
            }
        }
        return options.joined(separator: ",")
    }
}
