public import LogLines
import SMTP

/// Follows a mail log line by line and gives what others than Argot say of messages: filters' words, and whom authenticated
/// users write to. Lines in, words out; nothing else.
///
/// What Argot says is never among them: its own lines are of another program, and the refusals that a mail server logs for
/// it have none of the texts that are known to be a filter's.
public struct WordReader: Sendable {
    /// What was counted on the way.
    public struct Counts: Sendable, Hashable {
        /// Lines in the form of a log.
        public var lines = 0

        /// Lines in another form.
        public var unread = 0

        /// Words that messages are spam, by filter.
        public var spam: [MailFilter: Int] = [:]

        /// Words that messages are honest, by filter.
        public var honest: [MailFilter: Int] = [:]

        /// Clients refused before they asked for any recipient.
        public var earlyRefusals = 0

        /// Recipients of authenticated users.
        public var correspondents = 0

        /// Recipients beyond what one user may have in a day.
        public var beyondLimit = 0

        /// Words left out because a sender has forged a field, or because several messages have one Message-ID.
        public var ambiguous = 0

        /// Refusals at the end of messages whose text is not known to be a filter's.
        public var unknownRefusals = 0
    }

    /// What was counted so far.
    public private(set) var counts = Counts()

    /// A few of the texts of refusals that were not known, without their codes, the newest last.
    public private(set) var unknownTexts: [String] = []

    /// What a message is looked for by when a filter names its Message-ID only.
    private struct Named: Sendable {
        var queueIDs: [String]
        var time: UnixTime?
    }

    /// A filter's word on a Message-ID that no line has named yet.
    private struct Waiting: Sendable {
        var isSpam: Bool
        var filter: MailFilter
        var time: UnixTime?
    }

    private struct User: Sendable {
        var day: Int64
        var recipients: Set<UInt64>
    }

    private struct Process: Hashable {
        let host: UInt64
        let number: UInt32
    }

    private let replies: FilterReply
    private var named = NewestTable<String, Named>(capacity: capacity)
    private var waiting = NewestTable<String, Waiting>(capacity: 1_024)
    /// Messages of users who had logged in, by queue id.
    private var ownMail = NewestTable<String, UInt64>(capacity: capacity)
    /// Processes of Sendmail that serve such users.
    private var ownProcesses = NewestTable<Process, UInt64>(capacity: 8_192)
    private var users = NewestTable<UInt64, User>(capacity: 8_192)

    private static let capacity = 50_000
    /// A filter judges while the message is handed over: what was named longer ago, in seconds, is another message.
    private static let longestJudging: Int64 = 600
    /// A user who writes to more people in a day is a list, or somebody else has the password.
    private static let mostRecipients = 500
    private static let mostTexts = 20

    /// A reader.
    ///
    /// - Parameter replies: the beginnings of texts with which filters of this site refuse spam, besides those that
    ///   spamass-milter, rspamd and amavis use.
    public init(replies: [String] = []) { self.replies = FilterReply(named: replies) }

    /// Counts a line that is not in the form of a log.
    public mutating func noteUnread() { counts.unread += 1 }

    /// Takes the next line. Amortised O(length).
    public mutating func take(_ line: LogLine) -> [LoggedWord] {
        counts.lines += 1
        switch line.server {
        case .postfix(let service): return postfix(service, line)
        case .sendmail: return sendmail(line)
        case .other: return filter(line)
        }
    }

    // MARK: Filters' own logs

    private mutating func filter(_ line: LogLine) -> [LoggedWord] {
        let read: FilterLine
        do {
            guard let found = try FilterLine(line) else { return [] }
            read = found
        } catch {
            counts.ambiguous += 1
            return []
        }
        guard let isSpam = read.isSpam else { return [] }
        let time = line.time?.unixTime
        if let id = read.queueID { return [word(isSpam, id, read.filter, time)] }
        guard let id = read.messageID else { return [] }
        guard let known = named[id], Self.isNear(known.time, time) else {
            // Sendmail names the message after its filters have judged it.
            waiting.set(id, Waiting(isSpam: isSpam, filter: read.filter, time: time))
            return []
        }
        guard known.queueIDs.count == 1 else {
            counts.ambiguous += 1
            return []
        }
        return [word(isSpam, known.queueIDs[0], read.filter, time)]
    }

    private mutating func word(_ isSpam: Bool, _ id: String, _ filter: MailFilter, _ time: UnixTime?) -> LoggedWord {
        if isSpam { counts.spam[filter, default: 0] += 1 } else { counts.honest[filter, default: 0] += 1 }
        return .judged(isSpam: isSpam, queueID: id, by: filter, at: time)
    }

    /// A message has this Message-ID; a word that waits for it finds it.
    private mutating func name(_ messageID: ArraySlice<UInt8>, _ id: String, _ time: UnixTime?) -> [LoggedWord] {
        let open = messageID.first == 0x3c ? messageID.dropFirst() : messageID
        let key = String(decoding: open.prefix { $0 != 0x3e }, as: UTF8.self)
        guard 1...998 ~= key.utf8.count else { return [] }
        var entry = Named(queueIDs: [id], time: time)
        if let known = named[key], Self.isNear(known.time, time) {
            // The same message may be named twice.
            let others = known.queueIDs.filter { $0 != id }
            entry.queueIDs = others.suffix(3) + [id]
        }
        named.set(key, entry)
        guard let word = waiting[key], Self.isNear(word.time, time) else { return [] }
        waiting.remove(key)
        guard entry.queueIDs.count == 1 else {
            counts.ambiguous += 1
            return []
        }
        return [self.word(word.isSpam, id, word.filter, word.time)]
    }

    private static func isNear(_ one: UnixTime?, _ other: UnixTime?) -> Bool {
        guard let one, let other else { return true }
        return max(one - other, other - one) <= longestJudging
    }

    // MARK: Postfix

    private mutating func postfix(_ service: ArraySlice<UInt8>, _ line: LogLine) -> [LoggedWord] {
        guard let (id, rest) = LogText.queueID(line.message) else { return [] }
        let time = line.time?.unixTime
        if id == "NOQUEUE" { return rest.after("reject: ").map { earlyRefusal($0, time) } ?? [] }
        if let value = rest.after("message-id=") { return name(value, id, time) }
        if let reply = rest.after("milter-reject: END-OF-MESSAGE from ") { return refusal(reply, id, time) }
        if rest.begins(with: "client="), let place = rest.lastEnd(of: ", sasl_username=") {
            ownMail.set(id, LogText.hash(rest[place...]))
        } else if rest.begins(with: "to=<") {
            guard service.elementsEqual("smtp".utf8) || service.elementsEqual("lmtp".utf8), let user = ownMail[id],
                let (address, fields) = LogText.path(rest.dropFirst(4), before: [","]),
                // Behind the first such field stand the words of the other server.
                let status = fields.end(of: ", status="), fields[status...].begins(with: "sent ")
            else { return [] }
            return wroteTo(address, user, time)
        } else if rest.elementsEqual("removed".utf8) {
            ownMail.remove(id)
        }
        return []
    }

    /// The stages before any recipient. By XCLIENT a proxy tells who has connected to it.
    private static let earlyStages = ["CONNECT from ", "XCLIENT from ", "HELO from ", "EHLO from ", "MAIL from "]

    /// `MAIL from NAME[ADDRESS]: 554 5.7.1 TEXT; from=<…> proto=… helo=<…>`: a rule of Postfix's own. What a filter has
    /// refused is a `milter-reject`, so that nothing of Argot's is among them.
    private mutating func earlyRefusal(_ text: ArraySlice<UInt8>, _ time: UnixTime?) -> [LoggedWord] {
        guard let stage = Self.earlyStages.first(where: { text.begins(with: $0) }) else { return [] }
        let place = text.dropFirst(stage.utf8.count)
        guard let close = place.firstIndex(of: 0x5d), let client = ClientAddress(bracketedIn: place[...close]),
            let start = place[close...].end(of: ": ")
        else { return [] }
        let reply = place[start...]
        let end = ["; from=<", "; proto="].compactMap { word in reply.end(of: word).map { $0 - word.utf8.count } }.min()
        return earlyRefusal(of: client, reply[..<(end ?? reply.endIndex)], time)
    }

    private mutating func earlyRefusal(
        of client: ClientAddress, _ reply: ArraySlice<UInt8>, _ time: UnixTime?
    ) -> [LoggedWord] {
        guard !client.isLoopback, !reply.isEmpty else { return [] }
        counts.earlyRefusals += 1
        return [.refusedClient(client, reply: String(decoding: reply.prefix(300), as: UTF8.self), at: time)]
    }

    /// `NAME[ADDRESS]: 5.7.1 TEXT; from=<…> …`
    private mutating func refusal(_ text: ArraySlice<UInt8>, _ id: String, _ time: UnixTime?) -> [LoggedWord] {
        guard let close = text.firstIndex(of: 0x5d), let start = text[close...].end(of: ": ") else { return [] }
        let end = text[start...].end(of: "; from=<").map { $0 - 8 } ?? text.endIndex
        return refusal(reply: text[start..<end], id, time)
    }

    private mutating func refusal(reply: ArraySlice<UInt8>, _ id: String, _ time: UnixTime?) -> [LoggedWord] {
        // Put off is not refused.
        guard reply.first == UInt8(ascii: "5") else { return [] }
        let text = LogText.withoutCodes(reply)
        guard replies.isRefusalOfSpam(text) else {
            counts.unknownRefusals += 1
            let shown = String(decoding: text.prefix(100), as: UTF8.self)
            if !unknownTexts.contains(shown) {
                unknownTexts.append(shown)
                if unknownTexts.count > Self.mostTexts { unknownTexts.removeFirst() }
            }
            return []
        }
        return [word(true, id, .refusal, time)]
    }

    // MARK: Sendmail

    private mutating func sendmail(_ line: LogLine) -> [LoggedWord] {
        let time = line.time?.unixTime
        guard let (id, rest) = LogText.queueID(line.message) else {
            // At CONNECT there is no message yet that could have an id.
            let isAtConnect = line.message.begins(with: "ruleset=check_relay, ")
            return isAtConnect ? earlyRefusal(byRuleset: line.message, time) : []
        }
        let process = line.process.map { Process(host: LogText.hash(line.host), number: $0) }
        if rest.begins(with: "AUTH=server, relay="), let place = rest.lastEnd(of: ", authid=") {
            let user = LogText.hash(rest[place...].prefix { $0 != 0x2c })
            if let process { ownProcesses.set(process, user) }
            ownMail.set(id, user)
        } else if rest.begins(with: "from=") {
            if let process, let user = ownProcesses[process] { ownMail.set(id, user) }
            // The sender's address stands before it, and may look like it: the last one is the server's.
            guard let place = rest.lastEnd(of: ", msgid=<") else { return [] }
            return name(rest[place...], id, time)
        } else if rest.begins(with: "ruleset=check_relay, ") || rest.begins(with: "ruleset=check_mail, ") {
            return earlyRefusal(byRuleset: rest, time)
        } else if let reply = rest.after("Milter: data, reject=") ?? rest.after("Milter: reject=") {
            return refusal(reply: reply, id, time)
        } else if rest.begins(with: "milter="), let place = rest.end(of: ", reject=") {
            return refusal(reply: rest[place...], id, time)
        } else if rest.begins(with: "to="), let user = ownMail[id] {
            guard let (address, fields) = Self.address(rest.dropFirst(3)), let status = fields.end(of: ", stat="),
                fields[status...].begins(with: "Sent"), fields[..<status].end(of: ", mailer=local,") == nil
            else { return [] }
            return wroteTo(address, user, time)
        }
        return []
    }

    /// `ruleset=check_relay, arg1=NAME, arg2=ADDRESS, relay=NAME [ADDRESS], reject=554 5.7.1 TEXT`
    private mutating func earlyRefusal(byRuleset text: ArraySlice<UInt8>, _ time: UnixTime?) -> [LoggedWord] {
        // The sender's address stands before and perhaps behind it, and may look like it.
        guard let relay = text.end(of: ", relay="), text[relay...].end(of: ", relay=") == nil,
            let start = text.end(of: ", reject="), start > relay, text[start...].end(of: ", reject=") == nil,
            let client = ClientAddress(bracketedIn: text[relay..<start])
        else { return [] }
        return earlyRefusal(of: client, text[start...], time)
    }

    /// `<ADDRESS>,…` or `ADDRESS,…`; of several recipients in one line the first.
    private static func address(_ text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
        guard text.first == 0x3c else {
            let address = text.prefix { $0 != 0x2c && $0 != 0x20 }
            return (address, text[address.endIndex...])
        }
        return LogText.path(text.dropFirst(), before: [","])
    }

    // MARK: Own mail

    private mutating func wroteTo(_ address: ArraySlice<UInt8>, _ user: UInt64, _ time: UnixTime?) -> [LoggedWord] {
        guard LogText.domain(of: address) != nil, address.count <= 320 else { return [] }
        let day = (time?.seconds ?? 0) / 86_400
        var known = users[user] ?? User(day: day, recipients: [])
        if known.day != day { known = User(day: day, recipients: []) }
        let hash = LogText.hash(address)
        guard !known.recipients.contains(hash) else { return [] }
        guard known.recipients.count < Self.mostRecipients else {
            counts.beyondLimit += 1
            return []
        }
        known.recipients.insert(hash)
        users.set(user, known)
        counts.correspondents += 1
        return [.wroteTo(String(decoding: address, as: UTF8.self), at: time)]
    }
}
