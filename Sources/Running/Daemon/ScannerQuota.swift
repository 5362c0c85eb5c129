import SMTP

/// How many sessions that ask for no recipient are remembered: a few of each network a day, and a bounded number of all.
///
/// A scanner opens as many as it likes. What it may take is a little room of such sessions, and never that of messages.
struct ScannerQuota: Sendable {
    /// How many of one network are passed on a day.
    static let daily: UInt8 = 4

    /// How many networks are counted a day; what comes from further ones is left out until the next.
    static let mostNetworks = 16_384

    private var day: Int64?
    private var sessions: [KeyedHash: UInt8] = [:]

    /// Whether a session of a network is passed on. Amortised O(1).
    mutating func admits(_ network: KeyedHash, at time: UnixTime) -> Bool {
        let today = time.seconds / 86_400
        if day != today {
            day = today
            sessions = [:]
        }
        guard let count = sessions[network] else {
            guard sessions.count < Self.mostNetworks else { return false }
            sessions[network] = 1
            return true
        }
        guard count < Self.daily else { return false }
        sessions[network] = count + 1
        return true
    }
}
