/// Why a conversation with a filter could not go on.
public enum FakeMTAError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing came before the deadline.
    case timedOut(awaiting: String)
    /// The peer closed the connection.
    case closed(awaiting: String)
    /// A system call failed.
    case system(call: String, errno: Int32)
    /// A socket specification that is none.
    case badSocket(String)
    /// The stream cannot be cut into packets.
    case framing(MilterPacketDecoder.Failure)
    /// A packet whose data are not as its letter demands.
    case malformed(letter: String, reason: String)
    /// A packet that has no place here.
    case unexpected(letter: String, awaiting: String)
    /// The filter answered the negotiation with something it was not offered.
    case badNegotiation(String)
    /// The test asked for something the MTA could not do in its state.
    case outOfOrder(String)

    /// One line naming what was awaited.
    public var description: String {
        switch self {
        case .timedOut(let awaited): "timed out awaiting \(awaited)"
        case .closed(let awaited): "closed by the peer while awaiting \(awaited)"
        case .system(let call, let number): "\(call): errno \(number)"
        case .badSocket(let specification): "not a socket specification: \(specification)"
        case .framing(let failure): "framing: \(failure)"
        case .malformed(let letter, let reason): "malformed reply '\(letter)': \(reason)"
        case .unexpected(let letter, let awaited): "unexpected reply '\(letter)' while awaiting \(awaited)"
        case .badNegotiation(let reason): "bad negotiation: \(reason)"
        case .outOfOrder(let reason): "out of order: \(reason)"
        }
    }
}
