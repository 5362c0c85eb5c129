import Milter
import Sockets

extension LibmilterEngine {
    /// Whether a mail server would be answered now: connects to the filter's own socket, opens a milter conversation
    /// and waits for libmilter's half of the negotiation. No session comes of it.
    ///
    /// - Parameter seconds: how long each step may take.
    public func answers(within seconds: Int) -> Bool {
        do {
            let client = try gate.connection(timeout: seconds)
            return MilterGreeting.isAnswered(by: try client.exchange(MilterGreeting.bytes, limit: 4_096))
        } catch {
            return false
        }
    }
}
