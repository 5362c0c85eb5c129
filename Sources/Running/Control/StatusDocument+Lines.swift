extension StatusDocument {
    /// Command lines that the mail server tells beside its filter; absent where nobody listens.
    package struct Wire: Codable, Sendable, Hashable {
        /// Sessions that are open and that have begun with their lines, and those of them that lost a line and went on without.
        package var open: Int
        package var sessions: UInt64
        package var lost: UInt64
        /// Lines that found their session, and what was told of no session.
        package var lines: UInt64
        package var strays: UInt64
        /// Connections that were closed because of what they told.
        package var refused: UInt64

        /// A value from its parts.
        package init(open: Int, sessions: UInt64, lost: UInt64, lines: UInt64, strays: UInt64, refused: UInt64) {
            self.open = open
            self.sessions = sessions
            self.lost = lost
            self.lines = lines
            self.strays = strays
            self.refused = refused
        }
    }

    /// What a tap of the network tells beside the filter; absent where nobody listens for one.
    package struct Tap: Codable, Sendable, Hashable {
        /// Whether a tap is connected.
        package var connected: Bool
        /// Sessions that began while it was, those whose lines came too late, those whose lines did not fit or were not whole,
        /// and those whose lines ended with TLS; all but the first went on without lines.
        package var sessions: UInt64
        package var late: UInt64
        package var lost: UInt64
        package var encrypted: UInt64
        /// Sessions whose client's SYN was told, and whose TLS hello.
        package var syns: UInt64
        package var hellos: UInt64
        /// Whether clients of many networks come by ways of their own, so that SYN and hello count: `direct`; all by one:
        /// `front`; `unknown` before enough have come.
        package var ways: String
        /// Findings that found their connection, and others.
        package var records: UInt64
        package var strays: UInt64
        /// Connections that were closed because of who made them, or of what they told.
        package var refused: UInt64
        /// What the tap itself has counted: packets, those that the kernel had no room for, connections, those it could not
        /// follow to their end, and findings that argotd did not take in time.
        package var packets: UInt64
        package var dropped: UInt64
        package var connections: UInt64
        package var unfollowed: UInt64
        package var unsent: UInt64

        /// A value from its parts.
        package init(
            connected: Bool, sessions: UInt64, late: UInt64, lost: UInt64, encrypted: UInt64, syns: UInt64,
            hellos: UInt64, ways: String, records: UInt64, strays: UInt64, refused: UInt64, packets: UInt64,
            dropped: UInt64, connections: UInt64,
            unfollowed: UInt64, unsent: UInt64
        ) {
            self.connected = connected
            self.sessions = sessions
            self.late = late
            self.lost = lost
            self.encrypted = encrypted
            self.syns = syns
            self.hellos = hellos
            self.ways = ways
            self.records = records
            self.strays = strays
            self.refused = refused
            self.packets = packets
            self.dropped = dropped
            self.connections = connections
            self.unfollowed = unfollowed
            self.unsent = unsent
        }
    }
}
