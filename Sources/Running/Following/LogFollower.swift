public import Control
import Files
import LogLines
public import MailLogs
public import SMTP

/// Reads logs while they are written, and hands what others than Argot say in them to argotd.
///
/// One step at a time, with the clock and argotd given to it: it never sleeps.
public struct LogFollower: ~Copyable {
    /// What became of words.
    public var queue = WordQueue()

    /// How far the logs are read, as far as words of all that was read were handed over.
    public private(set) var positions: FollowedPositions

    /// What is to be told, in words; emptied by who tells it.
    public var remarks: [String] = []

    private var file: FollowedFile?
    private var journal: FollowedJournal?
    private var lines: LogLineReader
    private var isFramed: Bool
    private var linesSince = UnixTime(seconds: 0)

    /// Dates without a year are read anew by the clock this often, in seconds.
    private static let yearInterval: Int64 = 3_600
    private static let linesPerStep = 1_000

    private init(
        positions: FollowedPositions, framing: LogFraming?,
        zone: @escaping @Sendable (Int64) -> Int64
    ) {
        self.positions = positions
        isFramed = framing != nil
        lines = LogLineReader(framing: framing ?? .text, years: .notAfter(UnixTime(seconds: 0)), zone: zone)
    }

    /// Follows a file.
    public init(
        file path: String, positions: FollowedPositions, zone: @escaping @Sendable (Int64) -> Int64 = { _ in 0 }
    ) throws(DocumentFault) {
        self.init(positions: positions, framing: nil, zone: zone)
        file = try FollowedFile(path: path, from: positions.files[path])
    }

    /// Follows the journal.
    public init(journal: consuming FollowedJournal, positions: FollowedPositions) {
        self.init(positions: positions, framing: .json, zone: { _ in 0 })
        self.journal = consume journal
    }

    /// Whether everything that can be read now was read and handed over.
    public private(set) var isIdle = false

    /// Reads some lines and hands over what is due.
    ///
    /// - Parameters:
    ///   - words: reads the lines; the same one for all logs of a host, since one may name the messages of another.
    ///   - now: the time.
    ///   - ask: hands a request to argotd.
    public mutating func step(
        _ words: inout WordReader, at now: UnixTime, ask: (HTTPRequest) -> JudgementReception
    ) throws {
        if linesSince > now || now - linesSince >= Self.yearInterval {
            lines.beginFile(framing: lines.framing, years: .notAfter(now))
            linesSince = now
        }
        var count = 0
        while count < Self.linesPerStep, queue.unsent < WordQueue.mostWaiting, let line = try nextLine() {
            count += 1
            take(line, &words, now)
        }
        if let told = file?.takeRemarks() { remarks += told }
        if let status = journal?.takeFailure() {
            remarks.append(
                "journalctl ended with status \(status): may this user read the journal (group systemd-journal)?")
        }
        let problem = queue.problem
        while let word = queue.next(at: now) { queue.settle(ask(word.request), at: now) }
        if let now = queue.problem, now != problem { remarks.append("cannot hand judgements over, waiting: \(now)") }
        if queue.unsent == 0 { keep() }
        isIdle = count == 0 && queue.isEmpty && (journal?.isFinished ?? true)
    }

    private mutating func nextLine() throws -> ArraySlice<UInt8>? {
        if let line = try file?.next() { return line }
        return try journal?.next(waiting: 0)
    }

    private mutating func take(_ line: ArraySlice<UInt8>, _ words: inout WordReader, _ now: UnixTime) {
        if !isFramed, let framing = LogFraming(of: line) {
            isFramed = true
            lines.beginFile(framing: framing, years: .notAfter(now))
        }
        switch lines.read(line) {
        case .line(let read): queue.add(words.take(read))
        case .more: break
        case .unread: words.noteUnread()
        }
    }

    private mutating func keep() {
        if let path = file?.path, let position = file?.position { positions.files[path] = position }
        if let cursor = journal?.cursor { positions.journal = cursor }
    }
}
