import SMTP
import Synchronization
import Tap

/// Where what a tap tells of connections finds their sessions: by the client's address and port, and the server's port.
///
/// A connection has a box from its beginning on, whether its session has begun or not. Boxes are bounded in number and in
/// what they hold; the oldest gives way.
final class TapDesk: Sendable {
    /// What tells whose connection it is. Sendmail does not say by which of its addresses a client came.
    struct Key: Hashable, Sendable {
        var client: ClientAddress
        var clientPort: UInt16
        var serverPort: UInt16

        init(client: ClientAddress, clientPort: UInt16, serverPort: UInt16) {
            self.client = client
            self.clientPort = clientPort
            self.serverPort = serverPort
        }

        /// The key of a session; `nil` where its ends are not told.
        init?(_ peers: SessionPeers) {
            guard let client = peers.client, let clientPort = peers.clientPort, let serverPort = peers.serverPort else {
                return nil
            }
            self.init(client: client, clientPort: clientPort, serverPort: serverPort)
        }
    }

    /// What was counted since the start.
    struct Counts: Sendable, Hashable {
        /// Sessions that began while a tap was there.
        var sessions: UInt64 = 0
        /// Of these, those whose lines did not come in time.
        var late: UInt64 = 0
        /// Those whose lines did not fit, or of which some were missing.
        var lost: UInt64 = 0
        /// Those whose lines ended with TLS.
        var encrypted: UInt64 = 0
        /// Those of which a SYN, and those of which a TLS hello was told.
        var syns: UInt64 = 0
        var hellos: UInt64 = 0
        /// Findings that were taken.
        var records: UInt64 = 0
        /// Findings about connections whose beginning was not told, or of which some were missing.
        var strays: UInt64 = 0
        /// Connections to the socket that were closed because of who made them, or of what they told.
        var refused: UInt64 = 0
    }

    /// Why a session goes on without its lines.
    enum End: Sendable { case late, lost, encrypted }

    private struct Boxes {
        var open: [Key: TapBox] = [:]
        /// Those that were made, oldest first, as far as they may still be there.
        var order: ArraySlice<(key: Key, box: TapBox)> = []
    }

    private let boxes = Mutex(Boxes())
    private let budget: TapBox.Budget
    private let capacity: Int
    private let taps = Atomic<Int>(0)
    private let missesInARow = Atomic<Int>(0)
    private let sessions = Atomic<UInt64>(0)
    private let late = Atomic<UInt64>(0)
    private let lost = Atomic<UInt64>(0)
    private let encrypted = Atomic<UInt64>(0)
    private let syns = Atomic<UInt64>(0)
    private let hellos = Atomic<UInt64>(0)
    private let records = Atomic<UInt64>(0)
    private let strays = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)
    private let told = Mutex(TapCounts())

    /// So many sessions whose connection no tap has told of show that theirs are not told: behind a proxy, say.
    static let patientMisses = 16

    /// How long an event waits for its line at most.
    let patience: Duration

    init(patience: Duration = .milliseconds(5), capacity: Int = 20_000, bytes: Int = 32 << 20) {
        self.patience = patience
        self.capacity = max(1, capacity)
        budget = TapBox.Budget(bytes: bytes)
    }

    // MARK: The tap's side

    /// Whether a tap is there.
    var isConnected: Bool { taps.load(ordering: .relaxed) > 0 }

    /// A tap has come, or has gone.
    func tapped(_ change: Int) {
        let count = taps.add(change, ordering: .relaxed).newValue
        // What was told of connections under way ends with it.
        if change < 0, count == 0 {
            let all = boxes.withLock { boxes in
                defer { boxes = Boxes() }
                return Array(boxes.open.values)
            }
            for box in all { box.lose() }
        }
    }

    /// Takes what a tap says. O(number of bytes), amortised.
    func take(_ message: TapMessage) {
        switch message {
        case .counts(let counts): told.withLock { $0 = counts }
        case .record(let record):
            let connection = record.connection
            let key = Key(
                client: connection.client, clientPort: connection.clientPort, serverPort: connection.serverPort)
            guard let box = box(for: key, openedBy: record.serial == 0 ? connection : nil), box.put(record) else {
                strays.add(1, ordering: .relaxed)
                return
            }
            records.add(1, ordering: .relaxed)
        }
    }

    /// A connection to the socket was closed because of who made it, or of what it told.
    func refuse() { refused.add(1, ordering: .relaxed) }

    private func box(for key: Key, openedBy connection: TapConnection?) -> TapBox? {
        let (box, given) = boxes.withLock { boxes -> (TapBox?, [TapBox]) in
            let known = boxes.open[key]
            guard let connection else { return (known, []) }
            // A session that was faster has made one already.
            if let known, known.isFresh { return (known, []) }
            let isRival = known?.isOpen(butNotTo: connection.server) ?? false
            let (box, given) = make(key, &boxes)
            // Which of the two a session means shows in nothing that Sendmail says.
            return (box, isRival ? given + [box] + (known.map { [$0] } ?? []) : given)
        }
        for one in given { one.lose() }
        return box
    }

    /// Makes a box; returns those that give way to it.
    private func make(_ key: Key, _ boxes: inout Boxes) -> (TapBox, [TapBox]) {
        let box = TapBox(budget)
        boxes.open[key] = box
        boxes.order.append((key, box))
        var given: [TapBox] = []
        while boxes.order.count > capacity, let (key, oldest) = boxes.order.popFirst() {
            if boxes.open[key] === oldest {
                boxes.open[key] = nil
                given.append(oldest)
            }
        }
        // Those at the front that are closed already.
        while let (key, oldest) = boxes.order.first, boxes.open[key] !== oldest { boxes.order.removeFirst() }
        if boxes.order.startIndex > capacity { boxes.order = ArraySlice(Array(boxes.order)) }
        return (box, given)
    }

    // MARK: The session's side

    /// The lines of a session that begins; `nil` while there is no tap, or where a tap's connections cannot be told.
    func open(_ peers: SessionPeers) -> TapLines? {
        guard isConnected, let key = Key(peers) else { return nil }
        sessions.add(1, ordering: .relaxed)
        return TapLines(
            desk: self, key: key, isPatient: missesInARow.load(ordering: .relaxed) < Self.patientMisses)
    }

    /// What a tap tells of the connection itself, of a session whose lines the mail server tells; `nil` as above.
    func traits(of peers: SessionPeers) -> TapTraits? {
        guard isConnected, let key = Key(peers) else { return nil }
        return TapTraits(desk: self, key: key)
    }

    /// A session was told of its client's SYN, or of its hello.
    func told(syn: Bool, hello: Bool) {
        if syn { syns.add(1, ordering: .relaxed) }
        if hello { hellos.add(1, ordering: .relaxed) }
    }

    /// The box of a session's connection, and nobody else's; made where the tap has told nothing of it yet, or where
    /// the box is another session's: then the tap is late, and will tell of it.
    func bind(_ key: Key) -> TapBox {
        let (box, given) = boxes.withLock { boxes -> (TapBox, [TapBox]) in
            if let known = boxes.open[key], known.bind() { return (known, []) }
            let (box, given) = make(key, &boxes)
            _ = box.bind()
            return (box, given)
        }
        for one in given { one.lose() }
        return box
    }

    /// The box of a session's connection, if the tap has told of it and nobody has it.
    func bind(known key: Key) -> TapBox? {
        boxes.withLock { $0.open[key] }.flatMap { $0.bind() ? $0 : nil }
    }

    /// Whether the tap had told of a session's connection when its first line was due.
    func note(isKnown: Bool) {
        if isKnown {
            missesInARow.store(0, ordering: .relaxed)
        } else {
            missesInARow.add(1, ordering: .relaxed)
        }
    }

    /// A session goes on without its lines.
    func end(_ end: End) {
        switch end {
        case .late: late.add(1, ordering: .relaxed)
        case .lost: lost.add(1, ordering: .relaxed)
        case .encrypted: encrypted.add(1, ordering: .relaxed)
        }
    }

    /// The session is over.
    func close(_ key: Key, _ box: TapBox) {
        boxes.withLock { boxes in
            if boxes.open[key] === box { boxes.open[key] = nil }
        }
    }

    // MARK: Figures

    /// What was counted.
    var counts: Counts {
        Counts(
            sessions: sessions.load(ordering: .relaxed), late: late.load(ordering: .relaxed),
            lost: lost.load(ordering: .relaxed), encrypted: encrypted.load(ordering: .relaxed),
            syns: syns.load(ordering: .relaxed), hellos: hellos.load(ordering: .relaxed),
            records: records.load(ordering: .relaxed), strays: strays.load(ordering: .relaxed),
            refused: refused.load(ordering: .relaxed))
    }

    /// What the tap has counted, as far as it has said.
    var countsOfTap: TapCounts { told.withLock { $0 } }
}
