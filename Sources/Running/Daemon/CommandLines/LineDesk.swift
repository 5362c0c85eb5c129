import SMTP
import Synchronization
import WireHook

/// Where command lines that are told beside the filter find their sessions.
///
/// A mail server's process serves one client at a time and says at the connection which it is; what it tells of command
/// lines carries the same name. Lines of processes without a session (one whose filter is switched off, or of another
/// mail server) are counted and forgotten.
final class LineDesk: Sendable {
    /// What tells whose lines they are.
    enum Key: Hashable, Sendable {
        /// The process that serves the client: the mail server's host name and the process's number.
        case process(String)
    }

    /// What was counted since the start.
    struct Counts: Sendable, Hashable {
        /// Sessions that began with a box.
        var sessions: UInt64 = 0
        /// Lines that found a session.
        var lines: UInt64 = 0
        /// Lines and replies of no session.
        var strays: UInt64 = 0
        /// Sessions that lost their lines.
        var lost: UInt64 = 0
        /// Connections that were closed because of what they told.
        var refused: UInt64 = 0
    }

    private let pausing = Mutex<(@Sendable (Duration) -> Void)?>(nil)
    private let boxes = Mutex<[Key: LineBox]>([:])
    private let sessions = Atomic<UInt64>(0)
    private let lines = Atomic<UInt64>(0)
    private let strays = Atomic<UInt64>(0)
    private let lost = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)

    /// More sessions than there can be have no boxes: a mail server that never ends its sessions is none.
    private let capacity: Int

    init(capacity: Int = 100_000) { self.capacity = capacity }

    /// A box for a session that begins. Whatever session had the key before keeps its own box: its end may be told later.
    /// `nil` when there are too many. O(1).
    func open(_ key: Key) -> LineBox? {
        let box = LineBox(key)
        let isOpen = boxes.withLock { boxes in
            guard boxes.count < capacity || boxes[key] != nil else { return false }
            boxes[key] = box
            return true
        }
        guard isOpen else { return nil }
        sessions.add(1, ordering: .relaxed)
        return box
    }

    /// The session is over. O(1).
    func close(_ box: LineBox) {
        boxes.withLock { boxes in
            if boxes[box.key] === box { boxes[box.key] = nil }
        }
    }

    /// The session's lines do not fit what its filter was handed, or there were too many: it goes on without.
    func lose(_ box: LineBox) {
        lost.add(1, ordering: .relaxed)
        close(box)
    }

    /// Puts an entry into the box of the session that `key` serves. O(1).
    func put(_ entry: LineBox.Entry, for key: Key) {
        guard let box = boxes.withLock({ $0[key] }) else {
            strays.add(1, ordering: .relaxed)
            return
        }
        if case .line = entry { lines.add(1, ordering: .relaxed) }
        box.put(entry)
    }

    /// Takes what a lookup told, or why it told nothing. O(length).
    func take(_ told: Result<HookKey, HookKeyError>) {
        guard case .success(let key) = told else {
            refused.add(1, ordering: .relaxed)
            return
        }
        // The lookup's key has lost its letter case.
        let owner = Key.process(key.process.lowercased())
        switch key.item {
        case .line(let line):
            put(.line(line.bytes, LineExtent(rawValue: line.extent.rawValue) ?? .cut), for: owner)
        case .reply(let reply): put(.reply(reply.code), for: owner)
        }
    }

    /// How the socket is paused, once it is open.
    func pauses(_ body: @escaping @Sendable (Duration) -> Void) { pausing.withLock { $0 = body } }

    /// Has nobody at the socket for a while, as if argotd had gone; whether there is a socket.
    func pause(for duration: Duration) -> Bool {
        guard let body = pausing.withLock({ $0 }) else { return false }
        body(duration)
        return true
    }

    /// Sessions that have a box now.
    var openCount: Int { boxes.withLock(\.count) }

    /// What was counted.
    var counts: Counts {
        Counts(
            sessions: sessions.load(ordering: .relaxed), lines: lines.load(ordering: .relaxed),
            strays: strays.load(ordering: .relaxed), lost: lost.load(ordering: .relaxed),
            refused: refused.load(ordering: .relaxed))
    }
}
