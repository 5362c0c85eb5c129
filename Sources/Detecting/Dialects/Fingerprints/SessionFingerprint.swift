public import SMTP

/// How one session speaks, whatever its program is called: events in, ``DialectFingerprints`` out.
///
/// What varies within a program is left out: names, addresses, sizes, how many recipients and messages there are, TLS,
/// the parameters that a message needs (BODY, SMTPUTF8, those of DSN). What is kept: the greeting and what kind of
/// argument it has, spelling and order of commands as far as the vantage shows them, brackets around addresses, SIZE, and
/// the names of the headers. Every message is described as if it were the session's first.
///
/// A value of bounded size: at most about a kilobyte.
public struct SessionFingerprint: Sendable {
    private let vantage: Vantage
    private let naming: GreetingNaming?
    private var name: UInt64?
    private var greeting = GreetingWord()
    /// What came before the first MAIL, greetings aside.
    private var prelude = SpeechWords()
    private var mail: [UInt8] = []
    private var recipient: [UInt8] = []
    /// What follows the first recipient of the transaction.
    private var rest = SpeechWords()
    /// What is done once nothing is left to deliver.
    private var ending = SpeechWords()
    private var headers = FNVHash()
    private var headerCount = 0
    private var isMessageOver = false
    /// Whether the server has been seen not to offer SIZE, so that nobody names it.
    private var lacksSize = false

    /// The fingerprint of a session that has just begun.
    ///
    /// - Parameter naming: makes ``DialectFingerprints/named``; without it there is none.
    public init(vantage: Vantage, naming: GreetingNaming? = nil) {
        self.vantage = vantage
        self.naming = naming
    }

    /// Takes an event as a milter is handed it. O(number of bytes), at most ``EventReader/longestArgument``.
    public mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .helo(let shape): greet(with: [], shape, argument: bytes)
        case .proto(let isExtended): if let isExtended { greeting.isExtended = isExtended }
        case .tls: greeting.isOld = true
        case .mail: beginTransaction(PathWord.bytes(verb: "MAIL ".utf8, path: bytes, namesSize: true))
        case .rcpt: addRecipient(PathWord.bytes(verb: "RCPT ".utf8, path: bytes, namesSize: false))
        case .data: add(Array("DATA".utf8))
        case .unknown: add(CommandWord.unknown(bytes))
        case .header(let length): addHeader(bytes, nameLength: length)
        case .eoh: endHeaders()
        case .eom: isMessageOver = true
        // An abort comes before HELO, with QUIT and with a lost connection too: it tells nothing.
        case .command(let verb, let arguments, let shape, let marks): command(verb, bytes, arguments, shape, marks)
        case .syn, .hello, .auth, .refused, .answered, .body, .abort, .line, .replied, .linesLost: break
        }
    }

    /// ``DialectFingerprints/named`` alone, so far. O(length of the greeting).
    public var named: UInt64? {
        name == nil ? nil : named(greeting.bytes(isForMail: false))
    }

    private func named(_ greeting: [UInt8]) -> UInt64? {
        guard let name else { return nil }
        var hash = FNVHash(vantage.rawValue.utf8)
        hash.add(greeting)
        hash.value ^= name
        return hash.mixed
    }

    /// ``DialectFingerprints/speech`` alone, so far. O(length of the commands).
    public var speech: UInt64 { speechHash(greeting.bytes(isForMail: !mail.isEmpty)).mixed }

    private func speechHash(_ greeting: [UInt8]) -> FNVHash {
        var hash = FNVHash(vantage.rawValue.utf8)
        hash.add(0)
        hash.add(greeting)
        hash.add(prelude.hash)
        for word in [mail, recipient] where !word.isEmpty {
            hash.add(word)
            hash.add(0)
        }
        return hash
    }

    /// What the session has shown so far. O(length of the shape).
    ///
    /// The same after the headers of a message as after its end, save for how the session ended.
    public var fingerprints: DialectFingerprints {
        let hasMail = !mail.isEmpty
        let word = greeting.bytes(isForMail: hasMail)
        var shape = word
        Self.append(prelude.text, to: &shape)
        for word in [mail, recipient] { Self.append(word, to: &shape) }
        var hash = speechHash(word)
        let speech = hash.mixed
        hash.add(rest.hash)
        Self.append(rest.text, to: &shape)
        let course = hash.mixed >> 32

        var looks = FNVHash(vantage.rawValue.utf8)
        let plain = greeting.bytes(isForMail: false)
        looks.add(plain)
        looks.add(greeting.shape?.traits.intersection([.underscore, .uppercase]).rawValue ?? 0)
        looks.add(headers)
        let greetingHash = looks.mixed
        looks.add(ending.hash)
        if shape.count > DialectFingerprints.longestShape {
            shape = shape.prefix(DialectFingerprints.longestShape - 3) + Array("...".utf8)
        }
        return DialectFingerprints(
            trace: course << 32 | looks.mixed >> 32, speech: speech, greeting: greetingHash, named: named(plain),
            shape: String(decoding: shape, as: UTF8.self))
    }

    private static func append(_ words: [UInt8], to shape: inout [UInt8]) {
        guard !words.isEmpty else { return }
        shape += "; ".utf8
        shape += words
    }
}

extension SessionFingerprint {
    mutating func greet(with verb: some Collection<UInt8>, _ shape: HELOShape, argument: Span<UInt8>) {
        greeting.take(verb, shape)
        name = naming?.hash(of: argument, shape)
    }

    mutating func beginTLS() { greeting.isOld = true }

    /// Whether the word of a MAIL command says SIZE.
    private static func namesSize(_ word: [UInt8]) -> Bool {
        word.split(separator: UInt8(ascii: " ")).contains { $0.prefix(4).map { $0 & 0xdf }.elementsEqual("SIZE".utf8) }
    }

    mutating func beginTransaction(_ word: [UInt8]) {
        mail = lacksSize && !Self.namesSize(word) ? word + Array(" {no SIZE}".utf8) : word
        recipient = []
        rest = SpeechWords()
        ending = SpeechWords()
        headers = FNVHash()
        headerCount = 0
        isMessageOver = false
    }

    mutating func addRecipient(_ word: [UInt8]) {
        if recipient.isEmpty {
            recipient = word
        } else if recipient != word {
            rest.add(word)
        }
    }

    /// A command other than those of greeting and envelope.
    mutating func add(_ word: [UInt8]) {
        if mail.isEmpty {
            prelude.add(word)
        } else if !isMessageOver {
            rest.add(word)
        }
    }

    /// A command that ends something, or the way in which the connection ended.
    mutating func addEnding(_ word: [UInt8]) { ending.add(word) }

    mutating func addHeader(_ bytes: Span<UInt8>, nameLength: Int) {
        guard !isMessageOver, headerCount < MessageTokeniser.maximumHeaders, nameLength <= bytes.count else { return }
        headerCount += 1
        headers.add(bytes, 0..<nameLength)
        let value = nameLength + 1
        let blank = UInt8(ascii: " ")
        let hasBlank =
            value < bytes.count && bytes[value] == blank && (value + 1 == bytes.count || bytes[value + 1] != blank)
        headers.add(hasBlank ? 1 : 2)
    }

    mutating func endHeaders() {
        guard !isMessageOver else { return }
        rest.add(Array("message".utf8))
    }

    mutating func endMessage() { isMessageOver = true }

    /// Takes what the server has answered to EHLO, where that is seen.
    ///
    /// Who does not name SIZE although it is offered speaks differently from who cannot. The latter is told of no program,
    /// and nobody is compared to the former for it: like vantages, servers with and without SIZE share no fingerprint.
    package mutating func noteOffer(_ keywords: [String]) { lacksSize = !keywords.contains("SIZE") }

    /// Whether MAIL has not come yet.
    var isBeforeMail: Bool { mail.isEmpty }
}

extension FNVHash {
    mutating func add(_ other: FNVHash) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { add(UInt8(truncatingIfNeeded: other.value >> shift)) }
    }

    /// The hash with all bits mixed, so that either half of it can stand for it (the end of SplitMix64).
    var mixed: UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
