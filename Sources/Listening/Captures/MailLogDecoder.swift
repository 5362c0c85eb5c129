public import LogLines
import Packets
public import SMTP

/// Lines of a mail server's debug log, or a conversation quoted as `C:` and `S:` lines, to transcripts.
///
/// A value: lines in, transcripts out. Sessions may be interleaved; they are told apart by the process that serves them.
/// The transcripts are of the wire, line by line: how lines were spread over segments, and content, no log shows.
public struct MailLogDecoder {
    /// What happened to the lines.
    public struct Counts: Sendable, Hashable {
        /// Lines in all.
        public var lines = 0
        /// Lines that are part of a session.
        public var dialogue = 0
        /// Lines that a mail server wrote, as far as their program's name tells, and of quoted conversations.
        public var ofServers = 0
        /// Lines of sessions that do not say which process wrote them, so that they belong to none.
        public var withoutProcess = 0
        /// Lines that are neither a log's nor a quoted conversation's.
        public var unreadable = 0
        /// Transcripts handed over.
        public var conversations = 0
        /// Sessions in which no command is shown.
        public var empty = 0
        /// Sessions handed over before their end because too many were in progress.
        public var flushed = 0
    }

    private struct Key: Hashable {
        var host: [UInt8]
        var program: [UInt8]
        var process: UInt32
    }

    /// Sessions in progress at once, and bytes of all of them: more than a busy server has.
    private static let mostSessions = 8_192
    private static let mostBytes = 64 << 20
    /// After an hour without a line a process's session is over, whatever the log lacks.
    private static let silence: UInt64 = 3_600_000_000

    /// A folded line is told no more often than a session has room for.
    private static let mostRepetitions = 16_384

    private let source: String
    private var reader: LogLineReader
    private var sessions = RecencyTable<Key, LoggedSession>()
    private var quoted: LoggedSession?
    private var held = 0

    /// What happened to the lines so far.
    public private(set) var counts = Counts()

    /// A decoder of one log.
    ///
    /// - Parameters:
    ///   - source: what the transcripts name as their source.
    ///   - framing: the form of the lines.
    ///   - years: how dates without a year are read.
    ///   - zone: gives the offset from UTC in seconds for seconds of local time since 1970, for lines without a zone.
    public init(
        source: String, framing: LogFraming = .text, years: YearRule,
        zone: @escaping @Sendable (Int64) -> Int64 = { _ in 0 }
    ) {
        self.source = source
        reader = LogLineReader(framing: framing, years: years, zone: zone)
    }

    /// Takes a line without its end; returns the conversations that ended by it.
    public mutating func consume(_ line: ArraySlice<UInt8>) -> [SessionTranscript] {
        counts.lines += 1
        var finished: [SessionTranscript] = []
        switch reader.read(line) {
        case .line(let entry): take(entry, &finished)
        case .more: break
        case .unread: if !quote(line, &finished) { counts.unreadable += 1 }
        }
        return finished
    }

    private mutating func take(_ entry: LogLine, _ finished: inout [SessionTranscript]) {
        if entry.server.isMailServer { counts.ofServers += 1 }
        guard let note = DialogueNote(entry) else { return }
        guard let process = entry.process else {
            counts.withoutProcess += 1
            return
        }
        counts.dialogue += 1
        let key = Key(host: Array(entry.host), program: Array(entry.program), process: process)
        for _ in 0..<min(entry.count, Self.mostRepetitions) {
            take(note, of: key, at: entry.time?.sinceEpoch, &finished)
        }
    }

    /// Hands over every session that is in progress, in the order in which they began.
    public mutating func finish() -> [SessionTranscript] {
        var rest: [LoggedSession] = []
        while let (_, session) = sessions.removeOldest() { rest.append(session) }
        if let quoted { rest.append(quoted) }
        quoted = nil
        held = 0
        var finished: [SessionTranscript] = []
        for session in rest.sorted(by: { $0.line < $1.line }) { hand(session, &finished) }
        return finished
    }

    private mutating func take(
        _ note: DialogueNote, of key: Key, at stamp: UInt64?, _ finished: inout [SessionTranscript]
    ) {
        let time = stamp ?? 0
        if let slot = sessions.slot(of: key) {
            let isOld = time > sessions[slot].last && time - sessions[slot].last > Self.silence
            if isOld || Self.begins(note) { end(key, &finished) }
        }
        if case .disconnect = note {
            end(key, &finished)
            return
        }
        let slot: Int
        if let known = sessions.slot(of: key) {
            slot = known
            sessions.touch(slot)
        } else {
            // What a log tells of a session whose beginning it does not hold begins with a command or a reply.
            switch note {
            case .recipient, .lost, .disconnect: return
            case .connect, .command, .filteredCommand, .reply: break
            }
            if sessions.count >= Self.mostSessions || held > Self.mostBytes, let oldest = sessions.oldest {
                counts.flushed += 1
                end(oldest, &finished)
            }
            slot = sessions.insert(LoggedSession(line: counts.lines, at: stamp, isWhole: Self.begins(note)), for: key)
            held += sessions[slot].cost
        }
        held -= sessions[slot].cost
        Self.apply(note, to: &sessions[slot], at: time)
        held += sessions[slot].cost
    }

    private static func begins(_ note: DialogueNote) -> Bool {
        if case .connect = note { true } else { false }
    }

    // Static, so that a session is changed where it lies: `self` would be copied for the call.
    private static func apply(_ note: DialogueNote, to session: inout LoggedSession, at time: UInt64) {
        switch note {
        case .connect(let name, let address, let port):
            session.peers.clientName = name
            session.peers.client = address
            session.peers.clientPort = port
        case .command(let text, let address, let port):
            session.peers.client = session.peers.client ?? address
            session.peers.clientPort = session.peers.clientPort ?? port
            session.command(text, at: time)
        case .filteredCommand(let text, let address, let port):
            session.peers.client = session.peers.client ?? address
            session.peers.clientPort = session.peers.clientPort ?? port
            // smtpd -v shows the same command before the filter does.
            if !session.hasReplies { session.command(text, isCommand: true, at: time) }
        case .reply(let text): session.reply(text, at: time)
        case .recipient: session.acceptRecipient()
        case .lost(let manner): session.lose(manner, at: time)
        case .disconnect: break
        }
    }

    /// A line of a quoted conversation: `C: …`, `S: …`.
    private mutating func quote(_ line: ArraySlice<UInt8>, _ finished: inout [SessionTranscript]) -> Bool {
        let text = line.drop { $0 == 0x20 || $0 == 0x09 }
        guard text.count >= 2, text[text.startIndex + 1] == 0x3a else { return false }
        let isFromClient: Bool
        switch text[text.startIndex] {
        case UInt8(ascii: "C"): isFromClient = true
        case UInt8(ascii: "S"): isFromClient = false
        default: return false
        }
        var said = text.dropFirst(2)
        if said.first == 0x20 { said = said.dropFirst() }
        counts.dialogue += 1
        counts.ofServers += 1
        // A greeting begins the next one; 220 is the answer to STARTTLS as well.
        if !isFromClient, said.starts(with: "220".utf8), let quoted, !quoted.isStartingTLS, !quoted.isGreeting {
            hand(quoted, &finished)
            self.quoted = nil
        }
        var session = quoted ?? LoggedSession(line: counts.lines, at: nil, isWhole: false)
        if isFromClient { session.command(Array(said), at: 0) } else { session.reply(Array(said), at: 0) }
        quoted = session
        return true
    }

    private mutating func end(_ key: Key, _ finished: inout [SessionTranscript]) {
        guard let session = sessions.remove(key) else { return }
        held -= session.cost
        hand(session, &finished)
    }

    private mutating func hand(_ session: LoggedSession, _ finished: inout [SessionTranscript]) {
        var session = session
        guard let transcript = session.finish(source: source) else {
            counts.empty += 1
            return
        }
        counts.conversations += 1
        finished.append(transcript)
    }
}
