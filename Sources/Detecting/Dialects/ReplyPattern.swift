/// The server replies that a transition is taken on: codes, digits of which may be `x`, and replies of odd form.
public struct ReplyPattern: Sendable, Hashable {
    /// What an observer knows of the reply to a command.
    public enum Class: UInt8, Sendable, Hashable, CaseIterable {
        /// 2xx or 3xx.
        case positive

        /// 4xx.
        case transient

        /// 5xx.
        case permanent

        /// The observer was not told.
        case unknown

        /// Its bit in a set of classes.
        var bit: UInt8 { 1 << rawValue }
    }

    /// The replies as written, such as `250`, `4xx`, `any`, `250/550`, `250+lf`.
    public let codes: [String]

    /// The classes of the ordinary replies among them, a bit each.
    let classBits: UInt8

    /// The classes of the ordinary replies among them; never contains `.unknown`. Empty when all are of odd form.
    public var classes: Set<Class> { Set(Class.allCases.filter { classBits & $0.bit != 0 }) }

    /// Reads replies separated by commas: three digits, digits followed by `x`, `any`, or a ``ReplySymbol`` of odd form.
    /// `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let codes = text.split(separator: "," as Character, omittingEmptySubsequences: false).map { String($0) }
        var classes: Set<Class> = []
        for code in codes {
            guard let found = Self.classes(of: code) else { return nil }
            classes.formUnion(found)
        }
        self.codes = codes
        classBits = classes.reduce(0) { $0 | $1.bit }
    }

    /// Whether a reply of this class can be one of these codes. Replies of odd form have no class.
    public func admits(_ observed: Class) -> Bool {
        observed == .unknown ? classBits != 0 : classBits & observed.bit != 0
    }

    /// How closely these replies name `reply`: 4 when it stands here itself, 3 for `25x`, 2 for `2xx`, 1 for `any`;
    /// `nil` when it is none of them. A reply of several lines is named by its code too, half as closely.
    public func closeness(to reply: ReplySymbol) -> Double? {
        codes.compactMap { Self.closeness(of: $0, to: reply) }.max()
    }

    private static func closeness(of code: String, to reply: ReplySymbol) -> Double? {
        if code == "any" { return 1 }
        if code == reply.description { return 4 }
        guard reply.isOrdinary else { return nil }
        let plain = reply.withoutLines.description
        if code == plain { return 3.5 }
        guard code.hasSuffix("x"), code.utf8.count == 3 else { return nil }
        let digits = code.prefix { $0 != "x" }
        return plain.hasPrefix(digits) ? Double(1 + digits.count) : nil
    }

    /// The classes that a word stands for; empty for a reply of odd form, `nil` for what is no reply.
    private static func classes(of code: String) -> Set<Class>? {
        if code == "any" { return [.positive, .transient, .permanent] }
        if let symbol = ReplySymbol(code) {
            if !symbol.traits.isEmpty || symbol.codes.count != 1 {
                return symbol.traits == [.lines] ? Self.kind(code) : []
            }
            // A server at work gives no other positive replies; what a client makes of them shows in a lab only.
            return symbol.code < 400 && !Self.usualPositive.contains(symbol.code) ? [] : kind(code) ?? []
        }
        let digits = Array(code.utf8)
        let isWild =
            digits.count == 3 && 0x32...0x35 ~= digits[0] && digits[2] == UInt8(ascii: "x")
            && (0x30...0x39 ~= digits[1] || digits[1] == UInt8(ascii: "x"))
        return isWild ? kind(code) : nil
    }

    private static let usualPositive: Set<UInt16> = [211, 214, 220, 221, 235, 250, 251, 252, 334, 354]

    private static func kind(_ code: String) -> Set<Class>? {
        switch code.first {
        case "2", "3": [.positive]
        case "4": [.transient]
        case "5": [.permanent]
        default: nil
        }
    }
}

extension ReplyPattern: CustomStringConvertible {
    /// The replies separated by commas.
    public var description: String { codes.joined(separator: ",") }
}
