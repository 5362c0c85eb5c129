import Documents

/// How a session spoke, at three depths, as numbers that are the same whenever a program speaks alike at one vantage.
///
/// The numbers are plain hashes of how commands were spelt and ordered, of nothing that names a host or a person, but for
/// ``named``, which is made of a keyed one. Two vantages never share one.
public struct DialectFingerprints: Sendable, Hashable {
    /// The whole trace. Its upper half is ``course``; its lower half is how the session ended, the form of the HELO
    /// argument, and the layout of the headers.
    public var trace: UInt64

    /// The commands up to the first recipient, with their spelling and parameters: what is known when a recipient is judged.
    public var speech: UInt64

    /// The greeting with the form of its argument, and the layout of the headers.
    public var greeting: UInt64

    /// The greeting's command and the name that it gave, hashed under a key, if that name is not the host's own: see
    /// ``GreetingNaming``.
    ///
    /// Programs that bring a name along (`HELO cx`, `EHLO ylmf-pc`) use it on every host.
    public var named: UInt64?

    /// The commands as text, such as `EHLO name; MAIL FROM:<> SIZE; RCPT TO:<>; DATA; message`: what ``course`` is the
    /// hash of. ASCII without line ends, at most ``longestShape`` bytes; longer ones end in `...`.
    public var shape: String

    /// The most bytes that a shape has.
    public static let longestShape = 240

    /// Fingerprints from their parts.
    public init(trace: UInt64, speech: UInt64, greeting: UInt64, named: UInt64? = nil, shape: String = "") {
        self.trace = trace
        self.speech = speech
        self.greeting = greeting
        self.named = named
        self.shape = shape
    }

    /// The commands in their order up to the end of the message: what is known when a message is judged.
    public var course: UInt32 { UInt32(truncatingIfNeeded: trace >> 32) }
}

extension DialectFingerprints {
    /// The number of the form that ``bytes`` has. No text begins with it.
    private static let form: UInt8 = 1

    /// How many bytes of ``bytes`` stand before ``course``, which has four.
    public static let bytesBeforeCourse = 1

    /// The fingerprints as bytes: the numbers, ``named`` or nothing, and the shape. ``init(bytes:)`` reads it.
    public var bytes: [UInt8] {
        var packed = PackedWriter(form: Self.form, capacity: 40 + shape.utf8.count)
        for number in [trace, speech, greeting] { packed.add(fixed: number) }
        packed.add(named == nil ? 0 : 1)
        if let named { packed.add(fixed: named) }
        packed.add(string: Array(shape.utf8)[...])
        return packed.bytes
    }

    /// Reads fingerprints; `nil` for bytes that are none.
    public init?(bytes: [UInt8]) {
        guard var packed = PackedReader(bytes, form: Self.form), let trace = packed.fixed(),
            let speech = packed.fixed(),
            let greeting = packed.fixed(), let hasName = packed.byte(), hasName <= 1
        else { return nil }
        let named = hasName == 1 ? packed.fixed() : nil
        guard (named != nil) == (hasName == 1), let shape = packed.string(upTo: Self.longestShape), packed.isAtEnd,
            shape.allSatisfy({ 0x20...0x7e ~= $0 })
        else { return nil }
        self.init(
            trace: trace, speech: speech, greeting: greeting, named: named,
            shape: String(decoding: shape, as: UTF8.self))
    }

    /// The fingerprints as one line: four hexadecimal numbers, `-` for one that is not there, and the shape.
    /// ``init(text:)`` reads it.
    public var text: String {
        let numbers = [trace, speech, greeting].map { String($0, radix: 16) }
        return (numbers + [named.map { String($0, radix: 16) } ?? "-", shape]).joined(separator: " ")
    }

    /// Reads fingerprints; `nil` for text that is none.
    public init?(text: some StringProtocol) {
        let words = text.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard words.count == 5, let trace = UInt64(words[0], radix: 16), let speech = UInt64(words[1], radix: 16),
            let greeting = UInt64(words[2], radix: 16), words[4].utf8.count <= Self.longestShape,
            words[4].utf8.allSatisfy({ 0x20...0x7e ~= $0 })
        else { return nil }
        let named = UInt64(words[3], radix: 16)
        guard named != nil || words[3] == "-" else { return nil }
        self.init(trace: trace, speech: speech, greeting: greeting, named: named, shape: String(words[4]))
    }
}
