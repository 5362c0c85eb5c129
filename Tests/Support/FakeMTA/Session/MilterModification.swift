/// A change to the message that a filter asks for at the end of it.
public enum MilterModification: Hashable, Sendable {
    /// A header behind the others.
    case addHeader(name: String, value: String)
    /// A header before the one with the index; 0 is the top.
    case insertHeader(index: UInt32, name: String, value: String)
    /// A new value for the n-th header of that name.
    case changeHeader(name: String, index: UInt32, value: String)
    /// The n-th header of that name goes.
    case deleteHeader(name: String, index: UInt32)
    /// The message is put on hold.
    case quarantine(reason: String)
    /// A further recipient.
    case addRecipient(String, arguments: String?)
    /// A recipient goes.
    case deleteRecipient(String)
    /// Another sender.
    case changeSender(String, arguments: String?)
    /// A piece of a new body.
    case replaceBody([UInt8])

    /// Takes apart a packet; nil if it is no modification.
    ///
    /// - Throws: ``FakeMTAError/malformed(letter:reason:)``.
    public init?(_ packet: MilterPacket) throws(FakeMTAError) {
        guard let code = packet.replyCode else { return nil }
        do throws(PayloadReader.Malformed) {
            var reader = PayloadReader(packet.payload)
            switch code {
            case .addHeader:
                self = .addHeader(name: try reader.string(), value: try reader.string())
            case .insertHeader:
                let index = try reader.number()
                self = .insertHeader(index: index, name: try reader.string(), value: try reader.string())
            case .changeHeader:
                let index = try reader.number()
                let name = try reader.string()
                let value = try reader.string()
                self =
                    value.isEmpty
                    ? .deleteHeader(name: name, index: index) : .changeHeader(name: name, index: index, value: value)
            case .quarantine:
                self = .quarantine(reason: try reader.string())
            case .addRecipient:
                self = .addRecipient(try reader.string(), arguments: nil)
            case .addRecipientWithArguments:
                let recipient = try reader.string()
                self = .addRecipient(recipient, arguments: reader.isAtEnd ? nil : try reader.string())
            case .deleteRecipient:
                self = .deleteRecipient(try reader.string())
            case .changeSender:
                let sender = try reader.string()
                self = .changeSender(sender, arguments: reader.isAtEnd ? nil : try reader.string())
            case .replaceBody:
                self = .replaceBody(packet.payload)
                return
            case .shutdown, .accept, .continue, .discard, .connectionFailure, .setSymbolList, .negotiate, .progress,
                .reject, .skip, .tempfail, .replyCode:
                return nil
            }
            try reader.finish()
        } catch {
            throw .malformed(letter: packet.letterDescription, reason: error.reason)
        }
    }

    /// The action that must have been negotiated for it.
    public var neededAction: MilterActions {
        switch self {
        case .addHeader, .insertHeader: .addHeaders
        case .changeHeader, .deleteHeader: .changeHeaders
        case .quarantine: .quarantine
        case .addRecipient(_, nil): .addRecipients
        case .addRecipient: .addRecipientsWithArguments
        case .deleteRecipient: .deleteRecipients
        case .changeSender: .changeSender
        case .replaceBody: .changeBody
        }
    }
}
