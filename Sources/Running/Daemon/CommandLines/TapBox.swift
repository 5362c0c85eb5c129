import SMTP
import Synchronization
import Tap
import Threads

/// What a tap has told of one connection and its session has not asked for. The tap's side puts in, the session takes out.
final class TapBox: Sendable {
    /// Something that the session is to be told, in the order in which it was said.
    enum Told: Sendable, Hashable {
        /// A line of the client.
        case line(TapLine)
        /// The code of a reply: to the line before, or to a login or content that came after it.
        case reply(UInt16)
    }

    /// What a session finds.
    enum Finding: Sendable, Hashable {
        /// The line that it looks for, and what comes before it.
        case found([Told])
        /// It has not come yet.
        case nothing
        /// Lines are missing.
        case lost
        /// TLS has begun.
        case encrypted
    }

    /// What became of the connection.
    private enum Fate { case followed, encrypted, lost }

    private enum Entry {
        /// A line, its number among all lines, and the code of its reply once that is known.
        case line(TapLine, number: Int, code: UInt16?)
        case reply(UInt16)
    }

    private struct Content {
        var entries: [Entry] = []
        var bytes = 0
        var fate = Fate.followed
        var nextSerial: UInt32 = 0
        var server: ClientAddress?
        var lines = 0
        /// Lines that have a reply: the first ones.
        var answered = 0
        /// The number of the line that was taken last, and the code of its reply if it came since.
        var lastTaken = -1
        var lastCode: UInt16?
        var isBound = false
        var hasEnded = false
        var syn = ""
        var ja4 = ""
        var ending: TapEnding?
        /// Who waits for something to come in.
        var waiting: Semaphore?

        /// What the entries take of the budget.
        var cost: Int { bytes + entries.count * Budget.entry }
    }

    /// What a client can say before its session is asked, in entries and bytes: lines of which filters are not told, and
    /// commands that are sent together.
    static let limits = (entries: 1_024, bytes: 32_768)

    /// What all boxes may hold together.
    final class Budget: Sendable {
        /// What an entry takes beside the bytes of its line.
        static let entry = 96

        private let held = Atomic<Int>(0)
        private let limit: Int

        init(bytes limit: Int) { self.limit = limit }

        func take(_ count: Int) -> Bool {
            guard held.add(count, ordering: .relaxed).newValue > limit else { return true }
            give(count)
            return false
        }

        func give(_ count: Int) { held.subtract(count, ordering: .relaxed) }
    }

    private let budget: Budget
    private let content = Mutex(Content())

    init(_ budget: Budget) { self.budget = budget }

    deinit { budget.give(content.withLock(\.cost)) }

    // MARK: The tap's side

    /// Whether nothing was told yet.
    var isFresh: Bool { content.withLock { $0.nextSerial == 0 } }

    /// Whether the connection is under way, to another address of this host than `server`.
    func isOpen(butNotTo server: ClientAddress) -> Bool {
        content.withLock { !$0.hasEnded && $0.server != nil && $0.server != server }
    }

    /// Takes a finding. One that does not follow the one before shows that some are missing. O(number of bytes).
    ///
    /// - Returns: whether it was of use.
    func put(_ record: TapRecord) -> Bool {
        let (isUsed, waiting) = content.withLock { content -> (Bool, Semaphore?) in
            defer { content.waiting = nil }
            guard record.serial == content.nextSerial,
                (content.server ?? record.connection.server) == record.connection.server
            else {
                end(&content, as: .lost)
                return (false, content.waiting)
            }
            content.nextSerial &+= 1
            content.server = record.connection.server
            take(record.finding, &content)
            return (true, content.waiting)
        }
        waiting?.signal()
        return isUsed
    }

    private func take(_ finding: TapFinding, _ content: inout Content) {
        switch finding {
        case .opened(let syn): content.syn = syn
        case .line(let line):
            guard content.fate == .followed else { return }
            guard append(.line(line, number: content.lines, code: nil), bytes: line.bytes.count, &content) else {
                return end(&content, as: .lost)
            }
            content.lines += 1
        case .reply(let code, let toLine):
            guard content.fate == .followed else { return }
            guard toLine, content.answered < content.lines else {
                // The greeting's code tells nothing.
                if content.lines > 0 { _ = append(.reply(code), bytes: 0, &content) }
                return
            }
            Self.answer(content.answered, code, &content)
            content.answered += 1
        case .tls(let ja4):
            content.ja4 = ja4
            end(&content, as: .encrypted)
        case .ended(let ending):
            content.hasEnded = true
            content.ending = ending
        case .lost: end(&content, as: .lost)
        }
    }

    /// Puts an entry in, if there is room.
    private func append(_ entry: Entry, bytes: Int, _ content: inout Content) -> Bool {
        guard content.entries.count < Self.limits.entries, content.bytes + bytes <= Self.limits.bytes,
            budget.take(bytes + Budget.entry)
        else { return false }
        content.entries.append(entry)
        content.bytes += bytes
        return true
    }

    private static func answer(_ number: Int, _ code: UInt16, _ content: inout Content) {
        if number == content.lastTaken { content.lastCode = code }
        for index in content.entries.indices {
            if case .line(let line, number, _) = content.entries[index] {
                content.entries[index] = .line(line, number: number, code: code)
            }
        }
    }

    private func end(_ content: inout Content, as fate: Fate) {
        guard content.fate == .followed else { return }
        content.fate = fate
        guard fate == .lost else { return }
        budget.give(content.cost)
        (content.entries, content.bytes) = ([], 0)
    }

    /// Gives the connection up.
    func lose() {
        content.withLock { content in
            end(&content, as: .lost)
            content.waiting?.signal()
            content.waiting = nil
        }
    }

    // MARK: The session's side

    /// Makes the box one session's; `false` if another one has it. One that is over may be had as long as nobody had it: a
    /// client can be gone before its session begins.
    func bind() -> Bool {
        content.withLock { content in
            defer { content.isBound = true }
            return !content.isBound
        }
    }

    /// Takes out what comes up to the first line that can have caused an event: one that `causes` it and has no reply, since a
    /// mail server asks its filters first. O(number of entries).
    ///
    /// - Parameters:
    ///   - check: that of the event's address, which the line must have; 0 for none.
    ///   - waiting: signalled when something comes in after nothing was found.
    func take(_ causes: (SMTPVerb?) -> Bool, _ check: UInt16 = 0, waiting: Semaphore?) -> Finding {
        content.withLock { content in
            let index = content.entries.firstIndex { entry in
                guard case .line(let line, _, nil) = entry else { return false }
                return causes(SMTPVerb(command: line.bytes))
                    && (check == 0 || line.check == 0 || check == line.check)
            }
            guard let index else {
                switch content.fate {
                case .followed:
                    content.waiting = waiting
                    return .nothing
                case .encrypted: return .encrypted
                case .lost: return .lost
                }
            }
            return .found(takeOut(index + 1, &content))
        }
    }

    /// Takes out the reply to the line that was taken last, if it has come since.
    func takeReply() -> Told? {
        content.withLock { content in
            defer { content.lastCode = nil }
            return content.lastCode.map { .reply($0) }
        }
    }

    /// Whether nothing that matters can follow: the connection is over, or is not followed.
    ///
    /// - Parameter waiting: signalled when something comes in, if it is not.
    func isOver(waiting: Semaphore) -> Bool {
        content.withLock { content in
            if content.hasEnded || content.fate != .followed { return true }
            content.waiting = waiting
            return false
        }
    }

    /// Takes out all that is left, and forgets it.
    func takeRest() -> [Told] { content.withLock { takeOut($0.entries.count, &$0) } }

    /// What is known of the connection itself: the shape of its SYN, the fingerprint of its TLS hello, and its ending.
    var traits: (syn: String, ja4: String, ending: TapEnding?) {
        content.withLock { ($0.syn, $0.ja4, $0.ending) }
    }

    private func takeOut(_ count: Int, _ content: inout Content) -> [Told] {
        let cost = content.cost
        defer { budget.give(cost - content.cost) }
        var told: [Told] = []
        if let code = content.lastCode { told.append(.reply(code)) }
        content.lastCode = nil
        for entry in content.entries.prefix(count) {
            switch entry {
            case .line(let line, let number, let code):
                told.append(.line(line))
                if let code { told.append(.reply(code)) }
                content.lastTaken = number
                content.bytes -= line.bytes.count
            case .reply(let code): told.append(.reply(code))
            }
        }
        content.entries.removeFirst(count)
        return told
    }
}
