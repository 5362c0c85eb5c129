/// Something that `argot doctor` has found: what is wrong, where, and how to fix it.
public struct Finding: Sendable, Hashable, Codable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable, Codable, Comparable, CaseIterable {
        /// It was looked at and is in order.
        case ok

        /// Nothing is wrong, but it is good to know.
        case note

        /// It works, but not as it should, or not for ever.
        case warning

        /// Argot does not do its work, or mail suffers.
        case problem

        /// The order is that of the cases.
        public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// A stable name, such as `postfix.default-action`.
    public var id: String

    /// How bad it is.
    public var severity: Severity

    /// Where it is: a file, a service, a socket.
    public var place: String

    /// What is the matter, in a sentence without a full stop.
    public var text: String

    /// How to fix it: commands for a shell, in this order, or lines `in FILE: key = value`; each changes what is wrong and
    /// nothing else. Empty when there is nothing to do, or nothing that is right for every site.
    public var remedy: [String]

    /// A finding from its parts.
    public init(_ id: String, _ severity: Severity, at place: String, _ text: String, remedy: [String] = []) {
        self.id = id
        self.severity = severity
        self.place = place
        self.text = text
        self.remedy = remedy
    }
}
