import Sockets

extension LibmilterEngine {
    /// Whether a mail server would be answered now: connects to the filter's own socket, opens a milter conversation
    /// and waits for libmilter's half of the negotiation. No session comes of it.
    ///
    /// - Parameter seconds: how long each step may take.
    public func answers(within seconds: Int) -> Bool {
        // SMFIC_OPTNEG with version 6 and all that a mail server may offer, then SMFIC_QUIT, at which libmilter hangs up.
        let offer: [UInt8] = [0, 0, 0, 13, 0x4f, 0, 0, 0, 6, 0, 0, 0x01, 0xff, 0, 0x1f, 0xff, 0xff]
        let farewell: [UInt8] = [0, 0, 0, 1, 0x51]
        do {
            let client = try gate.connection(timeout: seconds)
            return try client.exchange(offer + farewell, limit: 4_096).dropFirst(4).first == offer[4]
        } catch {
            return false
        }
    }
}
