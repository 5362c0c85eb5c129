/// The protocol steps of a negotiation: what the MTA can leave out, and what it understands.
public struct MilterSteps: OptionSet, Hashable, Sendable {
    /// The bits as they go over the wire.
    public var rawValue: UInt32

    /// The steps with the given bits, known or not.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// No CONNECT.
    public static let noConnect = MilterSteps(rawValue: 0x1)
    /// No HELO.
    public static let noHelo = MilterSteps(rawValue: 0x2)
    /// No MAIL.
    public static let noMail = MilterSteps(rawValue: 0x4)
    /// No RCPT.
    public static let noRcpt = MilterSteps(rawValue: 0x8)
    /// No BODY.
    public static let noBody = MilterSteps(rawValue: 0x10)
    /// No HEADER.
    public static let noHeaders = MilterSteps(rawValue: 0x20)
    /// No EOH.
    public static let noEndOfHeaders = MilterSteps(rawValue: 0x40)
    /// No reply to HEADER.
    public static let noReplyHeader = MilterSteps(rawValue: 0x80)
    /// No UNKNOWN.
    public static let noUnknown = MilterSteps(rawValue: 0x100)
    /// No DATA.
    public static let noData = MilterSteps(rawValue: 0x200)
    /// The MTA understands SKIP.
    public static let skip = MilterSteps(rawValue: 0x400)
    /// Recipients the MTA refuses are sent, too.
    public static let rejectedRecipients = MilterSteps(rawValue: 0x800)
    /// No reply to CONNECT.
    public static let noReplyConnect = MilterSteps(rawValue: 0x1000)
    /// No reply to HELO.
    public static let noReplyHelo = MilterSteps(rawValue: 0x2000)
    /// No reply to MAIL.
    public static let noReplyMail = MilterSteps(rawValue: 0x4000)
    /// No reply to RCPT.
    public static let noReplyRcpt = MilterSteps(rawValue: 0x8000)
    /// No reply to DATA.
    public static let noReplyData = MilterSteps(rawValue: 0x1_0000)
    /// No reply to UNKNOWN.
    public static let noReplyUnknown = MilterSteps(rawValue: 0x2_0000)
    /// No reply to EOH.
    public static let noReplyEndOfHeaders = MilterSteps(rawValue: 0x4_0000)
    /// No reply to BODY.
    public static let noReplyBody = MilterSteps(rawValue: 0x8_0000)
    /// Header values keep the blank behind the colon.
    public static let leadingSpace = MilterSteps(rawValue: 0x10_0000)

    /// All steps of protocol version 6.
    public static let all = MilterSteps(rawValue: 0x1F_FFFF)
}
