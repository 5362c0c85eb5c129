/// Commands whose replies have not come, as far as their replies matter.
struct OutstandingCommands: Sendable {
    /// What a reply is to.
    enum Command: Sendable {
        case other, data, chunk, startTLS
        /// A line that is, or may be, part of a login.
        case login
    }

    /// More than a client would send ahead; what lies beyond is forgotten, and only the reading of content suffers.
    private static let most = 4_096

    private var queue: [Command] = [.other]
    private var start = 0

    /// The one whose reply comes next; at the beginning the connection itself.
    var first: Command? { start < queue.count ? queue[start] : nil }

    /// Whether every one has been answered.
    var isEmpty: Bool { start >= queue.count }

    mutating func append(_ command: Command) {
        if start > 64, start * 2 > queue.count {
            queue.removeFirst(start)
            start = 0
        }
        if queue.count - start < Self.most { queue.append(command) }
    }

    mutating func removeFirst() { start += isEmpty ? 0 : 1 }

    /// Removes the first line of a login, and what came before it: a reply that only a login has skips those whose
    /// replies are lost. Returns whether there was one.
    mutating func removeThroughLogin() -> Bool {
        guard let index = queue[start...].firstIndex(of: .login) else { return false }
        start = index + 1
        return true
    }

    mutating func removeAll() {
        queue.removeAll(keepingCapacity: true)
        start = 0
    }
}
