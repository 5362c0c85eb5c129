import SMTP
import StoredMail

/// Which servers' Received fields are the site's, found by which are on top of most messages.
struct ServerSurvey {
    private struct Server {
        var messages = 0
        /// The first few of its clients.
        var clients: Set<ClientAddress> = []
    }

    private var servers: [String: Server] = [:]

    /// More servers than this are not counted: only forged names are as many.
    private static let mostServers = 10_000
    /// A server that took this many messages from no more clients than that stands behind another one.
    private static let (fewestMessages, fewClients) = (20, 2)

    /// Takes a message. O(fields).
    mutating func take(_ head: MessageHead) {
        guard let arrival = try? Arrival(of: head, at: []), let client = arrival.received.client else { return }
        let name = arrival.received.server
        guard !name.isEmpty, servers[name] != nil || servers.count < Self.mostServers else { return }
        servers[name, default: Server()].messages += 1
        if servers[name]?.clients.count ?? 0 <= Self.fewClients { servers[name]?.clients.insert(client) }
    }

    /// The server with the most messages, and the others of its organisation; empty if there was no message.
    var found: Set<String> {
        let most = servers.max { ($0.value.messages, $1.key) < ($1.value.messages, $0.key) }
        guard let most else { return [] }
        guard let organisation = OrganisationName(host: most.key) else { return [most.key] }
        return Set(servers.keys.filter { OrganisationName(host: $0) == organisation })
    }

    /// What there is to say of the choice.
    func remarks(_ chosen: Set<String>) -> [String] {
        let parts = chosen.sorted().prefix(20).map { "\($0) (\(servers[$0]?.messages ?? 0))" }
        var remarks = [
            "taken for the site's servers, by the Received fields on top: \(parts.joined(separator: ", ")); "
                + "--by names others"
        ]
        for name in chosen.sorted() {
            guard let server = servers[name], server.messages >= Self.fewestMessages,
                server.clients.count <= Self.fewClients
            else { continue }
            let clients = server.clients.map(\.description).sorted().joined(separator: " and ")
            remarks.append(
                "all \(server.messages) messages that \(name) took came from \(clients): if that is a server of the site, "
                    + "name it with --by, and what it was told counts")
        }
        return remarks
    }
}
