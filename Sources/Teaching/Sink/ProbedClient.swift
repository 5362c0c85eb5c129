public import SMTP

/// Who a client is to the sink: its address, and the name it greets with once it has.
public struct ProbedClient: Sendable, Hashable {
    /// The address; `nil` where it is not known.
    public var address: ClientAddress?

    /// The argument of HELO or EHLO; `nil` before it.
    public var greetedAs: [UInt8]?

    /// A client from its parts.
    public init(address: ClientAddress?, greetedAs: [UInt8]? = nil) {
        self.address = address
        self.greetedAs = greetedAs
    }
}
