public import Envelopes
public import Judgements
public import SMTP

/// What a model is learned from where nobody has judged every message: messages, their senders, and what sources have said.
///
/// Answers are kept as numbers, so that a message takes a few hundred bytes however long its headers are.
public struct TrainingSet: Sendable {
    /// A message, or a session that was refused before it.
    public struct Message: Sendable {
        /// When it came.
        public let time: UnixTime

        /// Its sender: an index of ``TrainingSet/senders``.
        public let sender: Int

        /// The answers before DATA, as numbers, each once.
        let beforeData: [Int32]

        /// The answers after the headers, as numbers, each once; `nil` where the headers were not seen.
        let afterHeaders: [Int32]?

        /// What sources have said of it, each once.
        public let judgements: [JudgementSource: JudgementKind]

        /// Whether a source of better rank says the opposite of what `source` says.
        package func isOverruled(_ source: JudgementSource) -> Bool {
            judgements.contains { $0.rank < source.rank && $1 != judgements[source] }
        }
    }

    /// Who sends: an address.
    public struct Sender: Sendable {
        /// The address, or what stands for it.
        public let name: String

        /// Whom the address belongs to: an index that senders of one organisation share.
        package let organisation: Int

        /// The part of the organisations that it falls into, for cross-fitting: a hash.
        let lot: UInt64

        /// How many messages it has sent.
        public fileprivate(set) var messages = 0

        /// On how many days.
        public fileprivate(set) var days = 0

        fileprivate var lastDay = Int64.min
    }

    /// The messages, in the order in which they were added.
    public private(set) var messages: [Message] = []

    /// The senders.
    public private(set) var senders: [Sender] = []

    /// All answers that were given.
    private(set) var answers: [TextToken] = []

    private var numbers: [TextToken: Int32] = [:]
    private var senderNumbers: [String: Int] = [:]
    private var organisationNumbers: [String: Int] = [:]

    /// The seconds of a day.
    static let day: Int64 = 86_400

    /// Nothing yet.
    public init() {}

    /// Adds a message. Messages of one sender come in the order of time. O(answers).
    ///
    /// - Parameters:
    ///   - sender: what stands for the address.
    ///   - organisation: what stands for whom it belongs to.
    public mutating func add(
        _ envelope: EnvelopeSummary, sender: String, organisation: String, at time: UnixTime,
        judgements: [JudgementSource: JudgementKind] = [:]
    ) {
        let number = note(sender: sender, organisation: organisation)
        count(number, at: time)
        messages.append(
            Message(
                time: time, sender: number, beforeData: row(envelope.answers(at: .beforeData)),
                afterHeaders: envelope.hasHeaders ? row(envelope.answers(at: .afterHeaders)) : nil,
                judgements: judgements))
    }

    /// How many days the messages cover, counted from the first to the last.
    public var span: Int {
        guard let first = messages.lazy.map(\.time.seconds).min(), let last = messages.lazy.map(\.time.seconds).max()
        else { return 0 }
        return Int(clamping: (last / Self.day) - (first / Self.day) + 1)
    }

    /// The messages before a time, with what was known of their senders then.
    package func before(_ time: UnixTime) -> TrainingSet {
        var part = self
        part.messages = messages.filter { $0.time < time }
        for index in part.senders.indices {
            part.senders[index].messages = 0
            part.senders[index].days = 0
            part.senders[index].lastDay = .min
        }
        for message in part.messages { part.count(message.sender, at: message.time) }
        return part
    }

    private mutating func count(_ sender: Int, at time: UnixTime) {
        senders[sender].messages += 1
        let day = time.seconds.quotientAndRemainder(dividingBy: Self.day).quotient
        guard senders[sender].lastDay != day else { return }
        senders[sender].days += 1
        senders[sender].lastDay = day
    }

    /// The answers of a message at a moment; `nil` where they were not seen.
    func row(_ message: Message, at moment: EnvelopeMoment) -> [Int32]? {
        moment == .beforeData ? message.beforeData : message.afterHeaders
    }

    /// The scores of all messages by a model; `nil` where the moment was not seen. O(answers).
    public func scores(by model: EnvelopeModel, at moment: EnvelopeMoment) -> [Double?] {
        let part = model.part(at: moment)
        let weights = answers.map { part.weight(of: $0) }
        let base = part.calibratedBias
        return messages.map { message in
            row(message, at: moment).map { $0.reduce(base) { $0 + weights[Int($1)] } }
        }
    }

    private mutating func note(sender: String, organisation: String) -> Int {
        if let number = senderNumbers[sender] { return number }
        let owner = organisationNumbers[organisation, default: organisationNumbers.count]
        organisationNumbers[organisation] = owner
        let hash = FNVHash(organisation.utf8).value
        senders.append(Sender(name: sender, organisation: owner, lot: hash ^ hash >> 32))
        senderNumbers[sender] = senders.count - 1
        return senders.count - 1
    }

    private mutating func row(_ tokens: [TextToken]) -> [Int32] {
        Set(tokens.map { number($0) }).sorted()
    }

    private mutating func number(_ token: TextToken) -> Int32 {
        if let number = numbers[token] { return number }
        let number = Int32(clamping: answers.count)
        answers.append(token)
        numbers[token] = number
        return number
    }
}

extension TrainingSet {
    /// The records, whose labels are what `source` says; unknown ones it says nothing of. Sorted by time.
    ///
    /// A label `ham` says no more than that the source did not call the message spam.
    public init(_ records: [EnvelopeRecord], labelledBy source: JudgementSource = .filterHeader) {
        self.init()
        for record in records.sorted(by: { $0.time < $1.time }) {
            add(record, judgements: record.isSpam ? [source: .spam] : [:])
        }
    }

    /// Adds a record as a message.
    public mutating func add(
        _ record: EnvelopeRecord, judgements: [JudgementSource: JudgementKind], hasHeaders: Bool = true
    ) {
        add(
            EnvelopeSummary(record.observer, hasHeaders: hasHeaders), sender: record.client.description,
            organisation: record.organisation, at: record.time, judgements: judgements)
    }
}
