import Packets
import SMTP
import Tap

/// Segments of a network in, findings about its SMTP connections out, while they last. A value: no library, no clock.
///
/// Only connections whose beginning was captured are followed. Memory is bounded: when there are too many, the one that was
/// silent longest is given up.
struct LiveTable: Sendable {
    /// What may be held at once.
    struct Limits: Sendable, Hashable {
        /// Connections.
        var connections = 20_000

        /// Bytes of all of them together.
        var bytes = 64 << 20

        /// How long a connection may be silent, in microseconds; SMTP's own longest time-out is ten minutes (RFC 5321,
        /// 4.5.3.2).
        var silence: UInt64 = 900_000_000

        /// The limits that argot-tap has.
        init() {}
    }

    private let ports: Set<UInt16>
    private let limits: Limits
    private var sessions = RecencyTable<TapConnection, LiveSession>()
    /// Those in which segments wait for an earlier one.
    private var waiting: Set<TapConnection> = []
    private var held = 0

    /// Connections that were followed since the beginning.
    private(set) var connections: UInt64 = 0

    /// Of these, those that could not be followed to their end.
    private(set) var lost: UInt64 = 0

    /// An empty table.
    ///
    /// - Parameter ports: where mail servers listen.
    init(ports: Set<UInt16>, limits: Limits = Limits()) {
        self.ports = ports
        self.limits = limits
    }

    /// Connections that are followed.
    var count: Int { sessions.count }

    /// Whether segments wait for an earlier one, so that ``tick(at:)`` has something to do soon.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// Takes a segment; returns what it shows. O(number of its bytes), amortised.
    mutating func consume(_ segment: TCPSegment) -> [TapRecord] {
        let isFromClient = isFromClient(segment)
        let connection =
            isFromClient
            ? Self.connection(from: segment.source, to: segment.destination)
            : Self.connection(from: segment.destination, to: segment.source)
        var records: [TapRecord] = []
        if let slot = sessions.slot(of: connection), segment.opening != nil,
            sessions[slot].isEnded(bySYN: segment.sequence)
        {
            remove(connection)
        }
        let slot: Int
        if let known = sessions.slot(of: connection) {
            slot = known
            sessions.touch(slot)
        } else {
            guard segment.opening != nil, isFromClient, ports.contains(segment.destination.port) else { return [] }
            if sessions.count >= limits.connections, let oldest = sessions.oldest {
                records += giveUp(oldest, at: segment.time)
            }
            slot = sessions.insert(LiveSession(at: segment.time), for: connection)
            held += sessions[slot].cost
            connections += 1
        }
        held -= sessions[slot].cost
        let wasLost = sessions[slot].isLost
        let findings = sessions[slot].consume(segment, isFromClient: isFromClient)
        held += sessions[slot].cost
        if !wasLost, sessions[slot].isLost { lost += 1 }
        records += self.records(of: findings, on: connection, slot, at: segment.time)
        if sessions[slot].isWaiting { waiting.insert(connection) } else { waiting.remove(connection) }
        if sessions[slot].isOver { remove(connection) }
        while held > limits.bytes, let oldest = sessions.oldest { records += giveUp(oldest, at: segment.time) }
        return records
    }

    /// Time has passed; what waited for too long, and what was silent for too long, is given up. O(number of those that
    /// wait).
    mutating func tick(at now: UInt64) -> [TapRecord] {
        var records: [TapRecord] = []
        for connection in waiting {
            guard let slot = sessions.slot(of: connection) else { continue }
            held -= sessions[slot].cost
            let wasLost = sessions[slot].isLost
            let findings = sessions[slot].tick(at: now)
            held += sessions[slot].cost
            if !wasLost, sessions[slot].isLost { lost += 1 }
            records += self.records(of: findings, on: connection, slot, at: now)
            if !sessions[slot].isWaiting { waiting.remove(connection) }
        }
        while let slot = sessions.oldestValue, let oldest = sessions.oldest,
            now > sessions[slot].last, now - sessions[slot].last > limits.silence
        {
            records += giveUp(oldest, at: now)
        }
        return records
    }

    private func isFromClient(_ segment: TCPSegment) -> Bool {
        let (toServer, fromServer) =
            (ports.contains(segment.destination.port), ports.contains(segment.source.port))
        guard toServer, fromServer else { return toServer }
        // Both ends have a mail server's port: whoever asked is the client.
        if segment.opening != nil { return true }
        return sessions.slot(of: Self.connection(from: segment.source, to: segment.destination)) != nil
    }

    private static func connection(from client: Endpoint, to server: Endpoint) -> TapConnection {
        TapConnection(
            client: client.address, clientPort: client.port, server: server.address, serverPort: server.port)
    }

    private mutating func records(
        of findings: [TapFinding], on connection: TapConnection, _ slot: Int, at time: UInt64
    ) -> [TapRecord] {
        findings.map {
            TapRecord(connection: connection, serial: sessions[slot].nextSerial(), time: time, finding: $0)
        }
    }

    /// Removes a connection that cannot be kept, and says so.
    private mutating func giveUp(_ connection: TapConnection, at time: UInt64) -> [TapRecord] {
        guard let slot = sessions.slot(of: connection) else { return [] }
        held -= sessions[slot].cost
        let findings = sessions[slot].giveUp(.bounds)
        held += sessions[slot].cost
        if !findings.isEmpty { lost += 1 }
        defer { remove(connection) }
        return records(of: findings, on: connection, slot, at: time)
    }

    private mutating func remove(_ connection: TapConnection) {
        waiting.remove(connection)
        guard let session = sessions.remove(connection) else { return }
        held -= session.cost
    }
}
