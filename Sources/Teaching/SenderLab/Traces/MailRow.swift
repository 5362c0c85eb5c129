public import SMTP
public import SpamTracker

/// A row of a table of messages: who wrote to which domain, when, and what is known of it.
public struct MailRow: Hashable, Sendable {
    /// What is wrong with a row, and what to do.
    public struct Fault: Error, Hashable, Sendable {
        /// In words.
        public let problem: String

        /// A fault in words.
        public init(problem: String) { self.problem = problem }
    }

    /// When, from 1970 to 9999.
    public let time: UnixTime

    /// Who sent.
    public let client: ClientAddress

    /// The recipient's domain, folded; what stands there where it is not an address.
    public let domain: String

    /// What is known of it.
    public let label: SenderLabel?

    /// How many messages it stands for, at least 1.
    public let weight: UInt32

    /// A row from its parts.
    init(time: UnixTime, client: ClientAddress, domain: String, label: SenderLabel?, weight: UInt32) {
        self.time = time
        self.client = client
        self.domain = domain
        self.label = label
        self.weight = weight
    }

    /// Reads a row's fields as people, programs and spreadsheets write them.
    ///
    /// - Parameters:
    ///   - time: seconds since 1970, with a fraction or not.
    ///   - address: an IP address, in brackets or not.
    ///   - recipient: an address, in brackets or not, or its domain.
    ///   - label: spam; ham, honest or legit; or nothing.
    ///   - weight: how many messages, 1 if there is nothing.
    public init(
        time: some StringProtocol, address: some StringProtocol, recipient: some StringProtocol,
        label: some StringProtocol = "", weight: some StringProtocol = ""
    ) throws(Fault) {
        self.time = try Self.time(Self.trimmed(time))
        var address = Self.trimmed(address)
        if address.first == "[", address.last == "]" { address = address.dropFirst().dropLast() }
        guard let client = ClientAddress(address) else {
            throw Fault(problem: "\"\(address.prefix(60))\" is not an IP address")
        }
        self.client = client
        var recipient = Self.trimmed(recipient)
        if recipient.first == "<", recipient.last == ">" { recipient = recipient.dropFirst().dropLast() }
        // A full address stands for its domain; anything else is taken as it is.
        let domain = recipient.lastIndex(of: "@").map { recipient[recipient.index(after: $0)...] } ?? recipient
        self.domain = String(MailDomain.folded(domain).prefix(255))
        self.label =
            switch Self.trimmed(label).lowercased() {
            case "": nil
            case "spam": .spam
            case "ham", "honest", "legit": .honest
            default:
                throw Fault(problem: "\"\(label.prefix(40))\" is not a label: write spam, ham or nothing")
            }
        let count = Self.trimmed(weight)
        guard let number = count.isEmpty ? 1 : UInt32(count), number > 0 else {
            throw Fault(problem: "\"\(count.prefix(40))\" is not a weight: write how many messages, or nothing")
        }
        self.weight = number
    }

    /// The first second of the year 10000.
    private static let end = 253_402_300_800.0

    private static func time(_ text: Substring) throws(Fault) -> UnixTime {
        guard let seconds = Double(text), seconds.isFinite else {
            guard text.contains(where: { "-/:.T".contains($0) }), text.first?.isNumber == true else {
                throw Fault(problem: "\"\(text.prefix(40))\" is not a time: give seconds since 1970")
            }
            throw Fault(
                problem:
                    "\"\(text.prefix(40))\" is a date: give seconds since 1970 (date +%s; in a spreadsheet that counts "
                    + "days, (A2-25569)*86400 in UTC)")
        }
        guard 0..<end ~= seconds else {
            let isFiner = seconds >= end && seconds < 1e19
            throw Fault(
                problem: "\"\(text.prefix(40))\" is not a time: give seconds since 1970"
                    + (isFiner ? ", not parts of seconds" : ""))
        }
        return UnixTime(seconds: Int64(seconds))
    }

    private static func trimmed(_ text: some StringProtocol) -> Substring {
        var text = Substring(text)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
