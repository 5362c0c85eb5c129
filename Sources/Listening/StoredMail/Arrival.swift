public import SMTP

/// Which Received field of a stored message says how it came to the site.
///
/// Every server puts its field on top, and what lies below the field of the first server of the site was the sender's word.
/// So the search goes from the top, past what the site's own programs wrote (filters that hand messages back, mailboxes),
/// and ends at the first field whose client is somebody else.
public struct Arrival: Sendable, Hashable {
    /// Why a message has no arrival.
    public enum Absence: String, Error, Sendable, CaseIterable {
        /// There is no Received field.
        case noReceived = "no-received"

        /// All fields are of programs of the site: a message of its own.
        case ownMessage = "own-message"

        /// The field that counts is in an unknown form or names no address.
        case unreadable

        /// The client had logged in.
        case authenticated

        /// The field that counts is of a server that is not the site's.
        case otherServer = "other-server"

        /// The date of the field cannot be read.
        case noDate = "no-date"

        /// What is wrong, for people.
        public var problem: String {
            switch self {
            case .noReceived: "no Received field"
            case .ownMessage: "sent by the site itself: no Received field names a client from outside"
            case .unreadable: "the Received field is in a form that is not known"
            case .authenticated: "sent by a user who had logged in"
            case .otherServer: "came by another server than the site's"
            case .noDate: "the Received field has no date"
            }
        }
    }

    /// The field's number among all fields of the message.
    public let index: Int

    /// What it says.
    public let received: ReceivedField

    /// When the message came.
    public let time: UnixTime

    /// More Received fields than this are not looked at.
    private static let mostHops = 30

    /// The arrival of a message.
    ///
    /// - Parameter servers: the site's servers, in lower case; without them the first field with a client from outside
    ///   counts, whichever server wrote it.
    /// - Throws: why there is none. O(fields).
    public init(of head: MessageHead, at servers: Set<String>) throws(Absence) {
        var absence = Absence.noReceived
        var hops = 0
        for (index, field) in head.fields.enumerated() where field.isNamed("Received") && hops < Self.mostHops {
            hops += 1
            let received = ReceivedField(field.lines)
            guard servers.isEmpty || servers.contains(received.server) else {
                // A mailbox behind the server may have another name; what the sender wrote has too.
                if !received.isInternal { absence = .otherServer }
                continue
            }
            if received.isInternal {
                if absence != .otherServer { absence = .ownMessage }
                continue
            }
            guard !received.isAuthenticated else { throw .authenticated }
            guard received.client != nil else { throw .unreadable }
            guard let time = received.time else { throw .noDate }
            self.index = index
            self.received = received
            self.time = time
            return
        }
        throw absence
    }
}
