/// How a line ends on the wire.
public enum LineEnd: String, Sendable, Hashable, CaseIterable {
    /// CR LF, as RFC 5321 section 2.3.8 demands.
    case crlf

    /// LF alone.
    case lf

    /// CR alone.
    case cr

    /// Nothing: the connection ended, or another side spoke, before the line did.
    case none
}
