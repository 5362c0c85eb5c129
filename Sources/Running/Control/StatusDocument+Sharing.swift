extension StatusDocument {
    /// How several servers share what they remember; absent where they do not.
    package struct Sharing: Codable, Sendable, Hashable {
        /// One of the servers.
        package struct Node: Codable, Sendable, Hashable {
            package var server: String
            package var name: String
            package var version: String
            /// How long ago it has told this, for how long it has been running, and by how much its clock is wrong.
            package var told_seconds: Int64
            package var uptime_seconds: Int64
            package var clock_seconds: Int64
            package var mode: String
            package var sessions_open: Int
            package var sessions_begun: Int
            package var waiting: Int
            package var lag_milliseconds: Int
            package var models: [String: Int64]

            /// A value from its parts.
            package init(
                server: String, name: String, version: String, told_seconds: Int64, uptime_seconds: Int64,
                clock_seconds: Int64, mode: String, sessions_open: Int, sessions_begun: Int, waiting: Int,
                lag_milliseconds: Int, models: [String: Int64]
            ) {
                self.server = server
                self.name = name
                self.version = version
                self.told_seconds = told_seconds
                self.uptime_seconds = uptime_seconds
                self.clock_seconds = clock_seconds
                self.mode = mode
                self.sessions_open = sessions_open
                self.sessions_begun = sessions_begun
                self.waiting = waiting
                self.lag_milliseconds = lag_milliseconds
                self.models = models
            }
        }

        /// One of the Redis servers that the facts are divided among.
        package struct Store: Codable, Sendable, Hashable {
            package var address: String
            package var connected: Bool
            package var problem: String?
            package var waiting: Int
            package var published: Int
            package var lag_milliseconds: Int

            /// A value from its parts.
            package init(
                address: String, connected: Bool, problem: String?, waiting: Int, published: Int, lag_milliseconds: Int
            ) {
                self.address = address
                self.connected = connected
                self.problem = problem
                self.waiting = waiting
                self.published = published
                self.lag_milliseconds = lag_milliseconds
            }
        }

        package var server: String
        /// The addresses of the stores, separated by blanks; all that follows is of all of them together.
        package var store: String
        package var connected: Bool
        package var problem: String?
        /// Facts that wait to be published, that were published and taken in, and that were left out for what is wrong.
        package var waiting: Int
        package var published: Int
        package var received: Int
        package var refused: Int
        /// Changes that found no room to wait, after which all was published again; and how often all was read again.
        package var overflowed: Int
        package var reread: Int
        package var bytes_published: Int
        package var lag_milliseconds: Int
        package var clock_seconds: Int64
        package var nodes: [Node]
        package var stores: [Store]

        /// A value from its parts.
        package init(
            server: String, store: String, connected: Bool, problem: String?, waiting: Int, published: Int,
            received: Int, refused: Int, overflowed: Int, reread: Int, bytes_published: Int, lag_milliseconds: Int,
            clock_seconds: Int64, nodes: [Node], stores: [Store]
        ) {
            self.server = server
            self.store = store
            self.connected = connected
            self.problem = problem
            self.waiting = waiting
            self.published = published
            self.received = received
            self.refused = refused
            self.overflowed = overflowed
            self.reread = reread
            self.bytes_published = bytes_published
            self.lag_milliseconds = lag_milliseconds
            self.clock_seconds = clock_seconds
            self.nodes = nodes
            self.stores = stores
        }
    }
}
