/// The actions of a negotiation: what a filter may do to a message.
public struct MilterActions: OptionSet, Hashable, Sendable {
    /// The bits as they go over the wire.
    public var rawValue: UInt32

    /// The actions with the given bits, known or not.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Add headers.
    public static let addHeaders = MilterActions(rawValue: 0x1)
    /// Replace the body.
    public static let changeBody = MilterActions(rawValue: 0x2)
    /// Add recipients.
    public static let addRecipients = MilterActions(rawValue: 0x4)
    /// Delete recipients.
    public static let deleteRecipients = MilterActions(rawValue: 0x8)
    /// Change and delete headers.
    public static let changeHeaders = MilterActions(rawValue: 0x10)
    /// Put the message on hold.
    public static let quarantine = MilterActions(rawValue: 0x20)
    /// Change the envelope sender.
    public static let changeSender = MilterActions(rawValue: 0x40)
    /// Add recipients with ESMTP arguments.
    public static let addRecipientsWithArguments = MilterActions(rawValue: 0x80)
    /// Choose the macros that are sent.
    public static let setSymbolList = MilterActions(rawValue: 0x100)

    /// All actions of protocol version 6.
    public static let all = MilterActions(rawValue: 0x1FF)
}
