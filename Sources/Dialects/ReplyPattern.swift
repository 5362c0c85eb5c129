/// The server replies that a transition is taken on: a list of codes, each digit of which may be `x`.
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
    }

    /// The codes as written, such as `250`, `4xx`, `any`.
    public let codes: [String]

    /// The classes of the codes; never contains `.unknown`.
    public let classes: Set<Class>

    /// Reads codes separated by commas: three digits, digits followed by `x`, or `any`. `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let codes = text.split(separator: "," as Character, omittingEmptySubsequences: false).map { String($0) }
        var classes: Set<Class> = []
        for code in codes {
            if code == "any" {
                classes.formUnion([.positive, .transient, .permanent])
                continue
            }
            let digits = Array(code.utf8)
            let isCode =
                digits.count == 3 && digits.dropFirst().allSatisfy { 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "x") }
                && !(digits[1] == UInt8(ascii: "x") && digits[2] != UInt8(ascii: "x"))
            guard isCode else { return nil }
            switch digits[0] {
            case UInt8(ascii: "2"), UInt8(ascii: "3"): classes.insert(.positive)
            case UInt8(ascii: "4"): classes.insert(.transient)
            case UInt8(ascii: "5"): classes.insert(.permanent)
            default: return nil
            }
        }
        self.codes = codes
        self.classes = classes
    }

    /// Whether a reply of this class can be one of these codes.
    public func admits(_ observed: Class) -> Bool { observed == .unknown || classes.contains(observed) }
}

extension ReplyPattern: CustomStringConvertible {
    /// The codes separated by commas.
    public var description: String { codes.joined(separator: ",") }
}
