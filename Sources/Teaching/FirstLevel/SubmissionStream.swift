internal import Files
internal import FoundationEssentials
internal import Redis
public import SMTP
public import SenderExchange

/// Submissions from a Redis stream. How far a server has read is kept in a file, so that one that was away reads on where it
/// stopped; several servers read one stream, each at its own pace, and nothing is removed from it.
///
/// A document whose sensor is not known yet, or whose time has not come, is put aside into the folder of submissions, which
/// hands it out again; one that is refused for good is put where the folder puts such.
public struct SubmissionStream: SubmissionSource {
    /// A document that was handed out.
    private struct Handed {
        let submission: WaitingSubmission
        /// Where reading begins again if it is not settled.
        let before: RedisStreamID
    }

    /// How many entries are asked for at once.
    private static let longestPage = 16

    /// How many bytes of documents are handed out at once, about.
    private static let mostBytes = 64 << 20

    private let redis: GroupRedis
    private let file: String
    private let aside: SubmissionFolder
    private var pageLength = Self.longestPage
    private var assembly = PieceAssembly()
    private var handed: [Handed] = []
    /// The last entry that was read.
    private var place: RedisStreamID
    /// What the file holds.
    private var kept: RedisStreamID?
    /// Entries up to here, the last one when this was opened, may have been read before.
    private var known: RedisStreamID?
    private var hasLooked = false
    private var news: [SourceNews] = []

    /// A stream.
    ///
    /// - Parameters:
    ///   - file: where the place is kept.
    ///   - aside: takes what has to wait.
    public init(_ redis: GroupRedis, file: String, aside: SubmissionFolder) throws(DocumentFault) {
        self.redis = redis
        self.file = file
        self.aside = aside
        kept = try Self.place(in: file, of: redis)
        place = kept ?? .beginning
    }

    /// The documents that have come since.
    public mutating func waiting(limit: Int) throws(DocumentFault) -> [WaitingSubmission] {
        try keep()
        guard handed.isEmpty else { return handed.map(\.submission) }
        var reading = self
        do throws(GroupRedisFault) {
            var isDone = false
            // A connection reads nothing more once an answer was too large.
            while !isDone {
                isDone = try redis.connected { connection throws(RedisError) in
                    try reading.read(limit, &connection)
                }
            }
        } catch {
            throw DocumentFault(file: redis.place(redis.submissions), line: 0, problem: "\(error)")
        }
        self = reading
        // The next time it is looked again whether anything is missing.
        if handed.isEmpty { hasLooked = false }
        return handed.map(\.submission)
    }

    /// Notes that a document is done with; what has to wait, or is refused, is put aside.
    public mutating func settle(_ submission: WaitingSubmission, as outcome: SubmissionOutcome) throws(DocumentFault) {
        switch outcome {
        case .accepted, .replayed: break
        case .refused: _ = try aside.putAside(submission, isRefused: true)
        case .deferred:
            if try !aside.putAside(submission, isRefused: false) {
                tell(
                    "aside",
                    "more than \(SubmissionFolder.mostAside) submissions of sensors that are not known wait in "
                        + "the folder: further ones are dropped")
            }
        }
        handed.removeAll { $0.submission.name == submission.name }
    }

    /// What people should hear.
    public mutating func takeNews() -> [SourceNews] {
        defer { news = [] }
        return news
    }

    /// Reads pages until enough was found or the stream ends; returns whether that is so, or another connection is needed.
    private mutating func read(_ limit: Int, _ connection: inout RedisConnection) throws(RedisError) -> Bool {
        if !hasLooked { try look() }
        var bytes = 0
        while handed.count < limit, bytes < Self.mostBytes {
            let answer: RedisValue
            do throws(RedisError) {
                answer = try connection.demand(
                    "XREAD", "COUNT", "\(pageLength)", "STREAMS", redis.submissions, "\(place)")
            } catch  where error.code == .tooLarge {
                // One entry at a time shows which it is.
                if pageLength == 1 { try skip() }
                pageLength = pageLength == 1 ? Self.longestPage : 1
                return false
            }
            let entries = RedisStreamEntry.entries(ofRead: answer)
            guard !entries.isEmpty else { return true }
            for entry in entries {
                let before = place
                place = entry.id
                switch assembly.take(entry, after: before) {
                case .foreign(let problem):
                    tell("foreign", "\(redis.submissions) \(entry.id) \(problem): it is passed over")
                case .piece: break
                case .whole(let document, let before):
                    bytes += document.count
                    // It is not on its way any more: it came long ago.
                    let submission = WaitingSubmission(
                        name: "stream-\(entry.id)\(SubmissionFolder.suffix)", arrived: UnixTime(seconds: 0),
                        bytes: document, mayBeKnown: known.map { entry.id <= $0 } ?? false)
                    handed.append(Handed(submission: submission, before: before))
                }
            }
            pageLength = Self.longestPage
        }
        return true
    }

    /// Looks whether entries were removed before they were read, and what was in the stream at the start.
    private mutating func look() throws(RedisError) {
        let last = try id("XREVRANGE", "+", "-")
        if known == nil { known = last ?? .beginning }
        hasLooked = true
        guard place > .beginning, try id("XRANGE", "\(place)", "\(place)") == nil else { return }
        tell(
            "trimmed \(place)",
            "\(redis.submissions) no longer holds what was read last (\(place)): submissions that came since may "
                + "be missing here, and other servers' snapshots may differ until they are older than --retention; the "
                + "stream must hold what comes while a server is away (--stream-length of argot senders submit)")
        // Another Redis, or one that was restored, may count from an earlier time: what is known already is left out.
        if last.map({ $0 < place }) ?? true { place = .beginning }
        assembly = PieceAssembly()
    }

    /// Goes past an entry that is larger than any answer that is read.
    private mutating func skip() throws(RedisError) {
        guard let id = try id("XRANGE", "(\(place)", "+") else { return }
        place = id
        assembly = PieceAssembly()
        tell("large", "\(redis.submissions) \(id) is larger than any piece of a submission: it is passed over")
    }

    /// The place of the first entry that a command finds; only of one that is too large to be read a script is asked for.
    private func id(_ command: String, _ from: String, _ to: String) throws(RedisError) -> RedisStreamID? {
        do throws(RedisError) {
            var connection = try redis.open()
            return try connection.demand(command, redis.submissions, from, to, "COUNT", "1").array?.first
                .flatMap(RedisStreamEntry.init)?.id
        } catch  where error.code == .tooLarge {
            let script =
                "local e=redis.call(ARGV[1],KEYS[1],ARGV[2],ARGV[3],'COUNT',1) return e[1] and e[1][1] or false"
            var connection = try redis.open()
            return try connection.demand("EVAL", script, "1", redis.submissions, command, from, to).text.flatMap {
                RedisStreamID($0)
            }
        }
    }

    private mutating func tell(_ kind: String, _ text: String) {
        news.append(SourceNews(subject: redis.submissions, kind: kind, text: text))
    }

    /// Writes down how far was read.
    private mutating func keep() throws(DocumentFault) {
        let safe = handed.first?.before ?? assembly.start ?? place
        guard safe != kept else { return }
        try OutputFile.write(
            "argot-stream 1\nsource \(redis.address) \(redis.submissions)\nplace \(safe)\n", replacing: file,
            mode: 0o640)
        kept = safe
    }

    /// How far was read of this stream; `nil` for nothing, or of another one.
    private static func place(in file: String, of redis: GroupRedis) throws(DocumentFault) -> RedisStreamID? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        guard let data = FileManager.default.contents(atPath: file), data.count < 4_096 else {
            throw DocumentFault(file: file, line: 0, problem: "cannot be read: check its permissions")
        }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        guard lines.count == 3, lines[0] == "argot-stream 1", lines[2].hasPrefix("place "),
            let place = RedisStreamID(lines[2].dropFirst(6))
        else {
            throw DocumentFault(
                file: file, line: 1,
                problem: "is not what argot senders serve writes: remove it, and the stream is read from its beginning")
        }
        return lines[1] == "source \(redis.address) \(redis.submissions)" ? place : nil
    }
}
