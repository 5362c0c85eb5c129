/// Whether recent sessions came from many clients, or from one that is in front of all others.
///
/// Behind a proxy or an address translation that nobody told the mail server of, every client has the same address:
/// Argot would judge, greylist and remember one client for all.
public struct ClientSpread: Sendable, Hashable {
    /// How many sessions are looked at before anything is said.
    public static let minimum = 50

    /// The share of one address from which on it is taken for a proxy.
    public static let share = 0.95

    /// How many sessions there were.
    public var sessions: Int

    /// How many came from the address that came most often.
    public var fromOne: Int

    /// How many were exempt because their address lies in `trusted_networks`.
    public var trusted: Int

    /// A spread from its parts.
    public init(sessions: Int, fromOne: Int, trusted: Int) {
        self.sessions = sessions
        self.fromOne = fromOne
        self.trusted = trusted
    }

    /// The findings; none while there are too few sessions to tell.
    public var findings: [Finding] {
        guard sessions >= Self.minimum else { return [] }
        if Double(fromOne) >= Self.share * Double(sessions) {
            let remedy = [
                "# HAProxy in front: smtpd_upstream_proxy_protocol = haproxy (or postscreen_…), send-proxy in HAProxy",
                "# address translation: let this host see the clients' addresses (no masquerading of inbound SMTP)",
                "# your own relay in front: run Argot there, and add the relay to trusted_networks here",
            ]
            return [
                Finding(
                    "clients.one-address", .problem, at: "journal",
                    "\(fromOne) of the last \(sessions) sessions came from one address: something is in front, and "
                        + "Argot mistakes it for the client",
                    remedy: remedy)
            ]
        }
        if Double(trusted) >= Self.share * Double(sessions) {
            return [
                Finding(
                    "clients.all-trusted", .warning, at: "journal",
                    "\(trusted) of the last \(sessions) sessions came from trusted_networks and were not judged: is a "
                        + "proxy or a relay in front, or is trusted_networks too wide?",
                    remedy: ["argot config | grep trusted_networks"])
            ]
        }
        return [Finding("clients", .ok, at: "journal", "the last \(sessions) sessions came from many addresses")]
    }
}
