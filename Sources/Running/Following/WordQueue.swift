public import Control
public import MailLogs
public import SMTP

/// Words on their way from a log to argotd: what is asked next, and what is done with the answer.
///
/// A log may be faster than argotd: a message is known to it only when it has ended. A fresh word that nobody knows is
/// handed over again, after seconds; one that cannot be handed over now waits, and all others behind it.
public struct WordQueue: Sendable {
    /// What has become of words.
    public struct Counts: Sendable, Hashable {
        /// Words on messages that are kept.
        public var taken = 0

        /// Words on messages that are not kept.
        public var unknown = 0

        /// Words from sources that are switched off.
        public var off = 0

        /// Words that argotd could not read.
        public var refused = 0
    }

    private struct Entry {
        let word: LoggedWord
        var tries = 0
    }

    /// What has become of words so far.
    public private(set) var counts = Counts()

    /// Why words cannot be handed over now; `nil` when they can.
    public private(set) var problem: String?

    private var waiting: [Entry] = []
    private var front = 0
    /// Words that nobody knew, with the time at which they are asked again, soonest first.
    private var again: [(time: UnixTime, entry: Entry)] = []
    private var current: Entry?
    private var pausedUntil: UnixTime?

    /// Words that are not handed over for the first time yet; nobody should read on with more.
    public static let mostWaiting = 1_000
    private static let mostAgain = 10_000
    /// After how many seconds words that nobody knew are handed over again.
    private static let delays: [Int64] = [3, 20]
    /// An older word is handed over once, in seconds.
    private static let freshness: Int64 = 120

    /// An empty queue.
    public init() {}

    /// Words that were not handed over once.
    public var unsent: Int { waiting.count - front + (current?.tries == 0 ? 1 : 0) }

    /// Whether nothing is left to do.
    public var isEmpty: Bool { unsent == 0 && again.isEmpty && current == nil }

    /// Adds words.
    public mutating func add(_ words: [LoggedWord]) { waiting += words.map { Entry(word: $0) } }

    /// The word to be handed over now; `nil` for none. Its answer must be told before the next one.
    public mutating func next(at now: UnixTime) -> LoggedWord? {
        if let pausedUntil {
            guard now >= pausedUntil || pausedUntil - now > 60 else { return nil }
            self.pausedUntil = nil
        }
        if current == nil {
            if front < waiting.count {
                current = waiting[front]
                front += 1
                if front == waiting.count { (waiting, front) = ([], 0) }
            } else if let first = again.first, first.time <= now {
                current = first.entry
                again.removeFirst()
            }
        }
        return current?.word
    }

    /// Takes the answer to the word that was handed over.
    public mutating func settle(_ reception: JudgementReception, at now: UnixTime) {
        guard var entry = current else { return }
        problem = nil
        switch reception {
        case .taken(let kept) where kept > 0: counts.taken += 1
        case .taken:
            guard entry.tries < Self.delays.count, again.count < Self.mostAgain, Self.isFresh(entry.word, now) else {
                counts.unknown += 1
                break
            }
            let time = now + Self.delays[entry.tries]
            entry.tries += 1
            let place = again.firstIndex { $0.time > time } ?? again.count
            again.insert((time, entry), at: place)
        case .off: counts.off += 1
        case .refused: counts.refused += 1
        case .later(let words):
            pausedUntil = now + 1
            problem = words
            return
        case .unreachable(let words):
            pausedUntil = now + 5
            problem = words
            return
        }
        current = nil
    }

    private static func isFresh(_ word: LoggedWord, _ now: UnixTime) -> Bool {
        switch word {
        case .judged(_, _, _, let time), .refusedClient(_, _, let time):
            time.map { abs(now - $0) < freshness } ?? true
        case .wroteTo: false
        }
    }
}
