import ClientLab
import Control
import Foundation
import Sockets

extension FilteredPostfix {
    /// A Postfix with argotd in front of it and the command hook switched on.
    public static func hooked(
        _ settings: [String: String] = [:], tellsReplies: Bool = true, overrides: [String: String] = [:],
        services: [String] = [], offersTLS: Bool = false
    ) throws -> FilteredPostfix {
        try FilteredPostfix(
            CommandHookLab.settings.merging(settings) { $1 },
            overrides: CommandHookLab.overrides(tellsReplies: tellsReplies).merging(overrides) { $1 },
            services: services, offersTLS: offersTLS)
    }
}

extension ArgotDaemon {
    /// What the daemon has counted of command lines.
    public struct WireCounts: Decodable, Sendable {
        /// Sessions that began with their lines, and those of them that lost one.
        public var sessions, lost: UInt64
        /// Lines that found their session, and what was told of none.
        public var lines, strays: UInt64
        /// Connections that were closed because of what they told.
        public var refused: UInt64
    }

    /// What `status` says of command lines.
    public func wireCounts() throws -> WireCounts {
        struct Document: Decodable { var wire: WireCounts }
        let response = try AdminClient.response(
            to: HTTPRequest(method: "GET", path: "/status"), at: SocketName("unix:\(path("control.sock"))"))
        return try JSONDecoder().decode(Document.self, from: Data(response.body.utf8)).wire
    }
}
