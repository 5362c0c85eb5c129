/// What the MTA offers when it negotiates.
public struct NegotiationOffer: Hashable, Sendable {
    /// The protocol version.
    public var version: UInt32
    /// What the filter may do.
    public var actions: MilterActions
    /// What the MTA can leave out or understands.
    public var steps: MilterSteps

    /// Any offer.
    public init(version: UInt32 = 6, actions: MilterActions = .all, steps: MilterSteps = .all) {
        self.version = version
        self.actions = actions
        self.steps = steps
    }

    /// Postfix 3.7: everything of version 6.
    public static let postfix = NegotiationOffer()

    /// Sendmail 8.17: the same.
    public static let sendmail = NegotiationOffer()

    /// An old MTA: version 2, no macro lists, no DATA, no SKIP, no refused recipients, no leading blanks.
    public static let version2 = NegotiationOffer(
        version: 2, actions: MilterActions(rawValue: 0x3F), steps: MilterSteps(rawValue: 0x7F))

    /// The packet's data.
    public var payload: [UInt8] {
        [version, actions.rawValue, steps.rawValue].flatMap(MilterPacket.bigEndian)
    }
}
