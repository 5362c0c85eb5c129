internal import Documents
public import Memory
internal import Policy
internal import SMTP

/// The form of a fact on its way to other servers: what it is, what it is about, what is said. Times are seconds since
/// 1970, keys are hashes; nothing in it is in clear but the words of the lists, the masked recipients of lies and the site's
/// own domains.
extension SharedFact {
    /// The number of the form. Servers of another one name it and take nothing from one another.
    public static let form: UInt8 = 1

    /// The most bytes that a fact takes.
    public static let maximumLength = 8_192

    /// The longest text in a fact, in bytes.
    private static let longestText = 1_024

    /// The most reasons of a lie, or causes of a vote.
    private static let maximumWords = 32

    /// The fact as bytes.
    public var packed: [UInt8] {
        var writer = PackedWriter(form: Self.form, capacity: 96)
        writer.add(UInt8(ascii: kind))
        switch self {
        case .greylist(let key, let entry):
            writer.add(key)
            writer.add(entry.firstSeen)
            writer.add(entry.lastSeen)
            writer.add(entry.hasPassed ? 1 : 0)
            writer.add(entry.place)
        case .history(let kind, let key, let record):
            writer.add(kind.rawValue)
            writer.add(key)
            writer.add(record.firstSeen)
            writer.add(record.lastSeen)
            writer.add(number: record.count)
            writer.add(record.revokedAt)
            writer.add(record.place)
        case .lie(let record):
            writer.add(record.key.recipient)
            writer.add(record.key.network)
            writer.add(record.time)
            writer.add(record.lastTold)
            writer.add(record.undoneAt)
            writer.add(number: record.timesTold)
            writer.add(number: min(record.reasons.count, Self.maximumWords))
            let words = [record.recipientShown, record.dialect, record.session]
            for text in words + record.reasons.prefix(Self.maximumWords) { writer.add(text: text, Self.longestText) }
        case .correspondent(let key, let time):
            writer.add(key)
            writer.add(time)
        case .mode(let word):
            writer.add(word.time)
            writer.add(fixed: word.server.number)
            writer.add(text: word.value.rawValue, Self.longestText)
        case .standing(let entry, let word):
            writer.add(word.time)
            writer.add(fixed: word.server.number)
            writer.add(text: word.value.rawValue, Self.longestText)
            writer.add(text: entry.description, Self.longestText)
        case .vote(let vote):
            writer.add(vote.subject)
            writer.add(vote.time)
            writer.add(number: min(vote.causes.count, Self.maximumWords))
            for cause in vote.causes.prefix(Self.maximumWords) { writer.add(text: cause.description, Self.longestText) }
        case .trip(let trip, let until):
            writer.add(until)
            writer.add(text: trip.description, Self.longestText)
        case .reply(let reply):
            writer.add(reply.time)
            writer.add(number: reply.reply.code)
            writer.add(text: reply.domain, Self.longestText)
            writer.add(text: reply.reply.enhancedCode.description, Self.longestText)
            writer.add(text: reply.reply.text, Self.longestText)
        case .purge(let purge):
            writer.add(purge.time)
            writer.add(purge.scope)
        }
        return writer.bytes
    }

    /// Reads the bytes of a fact; `nil` for anything that is none. Nothing in them is trusted.
    public init?(packed bytes: [UInt8]) {
        guard bytes.count <= Self.maximumLength, var reader = PackedReader(bytes, form: Self.form),
            let kind = reader.byte(), let fact = SharedFact(Unicode.Scalar(kind), &reader), reader.isAtEnd
        else { return nil }
        self = fact
    }

    private init?(_ kind: Unicode.Scalar, _ reader: inout PackedReader) {
        switch kind {
        case "g":
            guard let key = reader.key(), let first = reader.time(), let last = reader.time(),
                let passed = reader.number(upTo: 1), let place = reader.place()
            else { return nil }
            self = .greylist(
                key, GreylistEntry(firstSeen: first, lastSeen: last, hasPassed: passed == 1, place: place))
        case "h":
            guard let kind = reader.byte().flatMap(HistoryKind.init), let key = reader.key(), let first = reader.time(),
                let last = reader.time(), let count = reader.number(upTo: .max), let revoked = reader.optionalTime(),
                let place = reader.place()
            else { return nil }
            let record = ClientRecord(
                firstSeen: first, lastSeen: last, count: count, revokedAt: revoked, place: place)
            self = .history(kind, key, record)
        case "l", "s":
            guard let recipient = reader.key(), let network = reader.key(), let time = reader.time(),
                let last = reader.time(), let undone = reader.optionalTime(),
                let times = reader.number(upTo: Int(UInt32.max)), let count = reader.number(upTo: Self.maximumWords),
                let words = reader.texts(3 + count, upTo: Self.longestText)
            else { return nil }
            var record = LieRecord(
                time: time, key: LieKey(recipient: recipient, network: network), recipientShown: words[0],
                dialect: words[1], reasons: Array(words[3...]), session: words[2], arm: kind == "s" ? .spared : .told)
            (record.lastTold, record.timesTold, record.undoneAt) = (last, times, undone)
            self = .lie(record)
        case "p":
            guard let key = reader.key(), let time = reader.time() else { return nil }
            self = .correspondent(key, time)
        case "m":
            guard let time = reader.time(), let server = reader.fixed(),
                let mode = reader.texts(1, upTo: Self.longestText).flatMap({ EnforcementMode(rawValue: $0[0]) })
            else { return nil }
            self = .mode(Latest(mode, at: time, by: ServerID(server)))
        case "e":
            guard let time = reader.time(), let server = reader.fixed(),
                let words = reader.texts(2, upTo: Self.longestText),
                let standing = AdministratorWord.Standing(rawValue: words[0]),
                let entry = ClientLists.Entry(words[1])
            else { return nil }
            self = .standing(entry, Latest(standing, at: time, by: ServerID(server)))
        case "v":
            guard let subject = reader.key(), let time = reader.time(),
                let count = reader.number(upTo: Self.maximumWords),
                let words = reader.texts(count, upTo: Self.longestText)
            else { return nil }
            self = .vote(BreakerVote(subject: subject, causes: words.map(BreakerCause.init(word:)), time: time))
        case "t":
            guard let until = reader.time(), let word = reader.texts(1, upTo: Self.longestText)?.first else {
                return nil
            }
            self = .trip(word == "\(BreakerTrip.whole)" ? .whole : .narrow(BreakerCause(word: word)), until: until)
        case "r":
            guard let time = reader.time(), let code = reader.number(upTo: 599), code >= 400,
                let words = reader.texts(3, upTo: Self.longestText), let enhanced = EnhancedStatusCode(words[1]),
                MailDomain.folded(words[0]) == words[0]
            else { return nil }
            let reply = GenuineReply(code: code, enhancedCode: enhanced, text: words[2])
            self = .reply(LearnedReply(domain: words[0], reply: reply, time: time))
        case "x":
            guard let time = reader.time(), let scope = reader.scope() else { return nil }
            self = .purge(SitePurge(scope, at: time))
        default: return nil
        }
    }
}

extension SharedFact {
    /// The letter of its kind.
    fileprivate var kind: Unicode.Scalar {
        switch self {
        case .greylist: "g"
        case .history: "h"
        // Servers of an earlier release leave out what was spared.
        case .lie(let record): record.isTold ? "l" : "s"
        case .correspondent: "p"
        case .mode: "m"
        case .standing: "e"
        case .vote: "v"
        case .trip: "t"
        case .reply: "r"
        case .purge: "x"
        }
    }
}
