import Configuration
import Sockets

/// The sockets that systemd passed, each for the service that its `FileDescriptorName=` names; they outweigh the
/// configuration's. A single socket without a name is the filter's.
struct ServiceSockets: Sendable {
    /// Where mail servers reach the filter.
    let filter: SocketName?
    /// Where Postfix asks the policy service.
    let policy: SocketName?
    /// Where argot reaches the daemon.
    let control: SocketName?
    /// Where judgements are handed in.
    let judgements: SocketName?
    /// Where metrics are read.
    let metrics: SocketName?
    /// The sockets that nobody serves: whoever connects to them waits in vain.
    let unused: [String]

    /// What to do about them.
    static let remedy =
        "its .socket unit needs FileDescriptorName= milter, policy, control, judgements or metrics, each once"

    init(_ sockets: InheritedSockets = InheritedSockets()) {
        var sockets = sockets
        policy = sockets.take("policy")
        control = sockets.take("control")
        judgements = sockets.take("judgements")
        metrics = sockets.take("metrics")
        filter = sockets.take("milter") ?? sockets.takeFirst(except: ["policy", "control", "judgements", "metrics"])
        unused = sockets.remaining
    }

    /// Whether Postfix may ask, on a socket of systemd's or of the configuration's.
    func hasPolicyService(_ configuration: Configuration) -> Bool {
        policy != nil || !configuration.policySocket.isEmpty
    }
}
