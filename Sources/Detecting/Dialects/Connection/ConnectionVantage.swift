/// What of a client shows beside what it says: a tap of the network sees it, and nobody else.
///
/// Vantages of their own: what is known at them never enters the decision machine, so that a dialect looks at every other
/// vantage as it did without them.
public enum ConnectionVantage: String, Sendable, Hashable, CaseIterable {
    /// The hello with which the client's TLS library begins.
    case tls

    /// The SYN with which the system of the client's host asks for the connection.
    case tcp
}

/// What a client's hello or SYN says of the dialect that it speaks.
public enum ConnectionFinding: String, Sendable, Hashable, CaseIterable {
    /// Nothing: it is not known, or who speaks is not.
    case unknown

    /// It is one that the dialect's program has, as many others do.
    case agrees

    /// It is known, and none that the dialect's program has.
    case other

    /// It is the dialect's own: only hostile dialects have it, and the client speaks one of those.
    case own
}
