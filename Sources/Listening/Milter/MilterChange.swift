/// A change of a message, made at its end.
public enum MilterChange: Hashable, Sendable {
    /// A header after all others; the value with the blank after the colon, where the mail server writes none.
    case addHeader(name: String, value: String)

    /// A header before the one at `index`, counted from 0 over all headers.
    case insertHeader(index: Int, name: String, value: String)

    /// The `occurrence`-th header of its name, counted from 1, gets another value; `nil` deletes it.
    case changeHeader(name: String, occurrence: Int, value: String?)

    /// Another envelope sender, written with brackets.
    case changeSender(String)

    /// One more envelope recipient, written with brackets.
    case addRecipient(String)

    /// An envelope recipient goes, written as the client wrote it.
    case deleteRecipient(String)

    /// The body, or a piece of it: several are joined.
    case replaceBody([UInt8])

    /// The message is put on hold; the client is told that it was taken.
    case quarantine(reason: String)

    /// What must have been negotiated for it.
    public var action: MilterNegotiation.Actions {
        switch self {
        case .addHeader, .insertHeader: .addHeaders
        case .changeHeader: .changeHeaders
        case .changeSender: .changeSender
        case .addRecipient: .addRecipients
        case .deleteRecipient: .deleteRecipients
        case .replaceBody: .changeBody
        case .quarantine: .quarantine
        }
    }
}
