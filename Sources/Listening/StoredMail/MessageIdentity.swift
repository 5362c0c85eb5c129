/// By what a site's servers know a stored message.
///
/// A queue id counts only where the site's own server wrote it: in the fields from the top down to the one of the message's
/// arrival. Whatever lies below, and every field below one of a foreign server, is the sender's word.
public struct MessageIdentity: Sendable, Hashable {
    /// The names that the site's servers gave it, that of its arrival first.
    public let queueIDs: [String]

    /// Its Message-ID, which the sender chose.
    public let messageID: String?

    /// The servers of the Received fields that were looked at, topmost first.
    public let servers: [String]

    /// Whether a server of the site has received it.
    public let isOfSite: Bool

    /// The longest names that are told of, in bytes.
    private static let (longestQueueID, longestMessageID) = (64, 998)
    /// More fields of the site's own are not looked at.
    private static let mostHops = 10

    /// What a message is known by.
    ///
    /// - Parameter hosts: names of the site's servers in lower case; one without a dot is the first label of a name. O(fields).
    public init(of head: MessageHead, at hosts: Set<String>) {
        var ids: [String] = []
        var servers: [String] = []
        var isOfSite = false
        for field in head.fields where field.isNamed("Received") && servers.count < Self.mostHops {
            let received = ReceivedField(field.lines)
            if !received.server.isEmpty { servers.append(received.server) }
            let isOurs = Self.contains(received.server, in: hosts)
            if isOurs {
                isOfSite = true
                if let id = received.queueID, id.utf8.count <= Self.longestQueueID { ids.insert(id, at: 0) }
            }
            guard received.isInternal else { break }
        }
        queueIDs = ids
        messageID = head.messageID.flatMap { $0.utf8.count <= Self.longestMessageID ? $0 : nil }
        self.servers = servers
        self.isOfSite = isOfSite
    }

    private static func contains(_ server: String, in hosts: Set<String>) -> Bool {
        guard !server.isEmpty else { return false }
        return hosts.contains(server) || hosts.contains(String(server.prefix { $0 != "." }))
    }
}
