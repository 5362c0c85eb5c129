/// What kind of program speaks a dialect.
public enum DialectClass: String, Sendable, Hashable, CaseIterable {
    /// A mail transfer agent: what is expected to talk to an MX.
    case mta

    /// A mail user agent: normally talks to a submission port.
    case mua

    /// A programming library's SMTP client.
    case library

    /// A command-line sender or testing tool.
    case tool

    /// A spam bot's engine.
    case bot

    /// A program that attacks servers: password guessing, address harvesting.
    case attack

    /// Whether the class is hostile by itself.
    public var isHostile: Bool { self == .bot || self == .attack }
}
