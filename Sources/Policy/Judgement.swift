/// What the evidence amounts to, before greylist and lottery.
public struct Judgement: Sendable, Hashable {
    /// What a client deserves.
    public enum Desert: Sendable, Hashable {
        /// To be left alone.
        case accept

        /// To be asked to come back.
        case greylist

        /// To be refused: the administrator has said so.
        case denied

        /// What the administrator has set for clients against which two independent detectors agree.
        case certain
    }

    /// What the client deserves.
    public let desert: Desert

    /// Why it is left alone, if it is exempt.
    public let exemption: Exemption?

    /// The signals, most telling first; also those of an exempt client.
    public let signals: [Signal]
}
