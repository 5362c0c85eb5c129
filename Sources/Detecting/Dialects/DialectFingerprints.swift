/// How a session spoke, at three depths, as numbers that are the same whenever a program speaks alike at one vantage.
///
/// The numbers are plain hashes of how commands were spelt and ordered, of nothing that names a host or a person.
public struct DialectFingerprints: Sendable, Hashable {
    /// The whole trace: commands with spelling and parameters in their order, endings, layout of the headers.
    public var trace: UInt64

    /// Spelling and parameters of the commands.
    public var speech: UInt64

    /// The greeting, and the layout of the headers.
    public var greeting: UInt64

    /// Fingerprints from their parts.
    public init(trace: UInt64, speech: UInt64, greeting: UInt64) {
        self.trace = trace
        self.speech = speech
        self.greeting = greeting
    }
}
