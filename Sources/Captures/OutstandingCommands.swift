/// Commands whose replies have not come, as far as their replies matter.
struct OutstandingCommands {
    /// What a reply is to.
    enum Command { case other, data, startTLS, auth }

    /// More than a client would send ahead; what lies beyond is forgotten, and only the reading of content suffers.
    private static let most = 4_096

    private var queue: [Command] = [.other]
    private var start = 0

    /// The one whose reply comes next; at the beginning the connection itself.
    var first: Command? { start < queue.count ? queue[start] : nil }

    mutating func append(_ command: Command) {
        if start > 64, start * 2 > queue.count {
            queue.removeFirst(start)
            start = 0
        }
        if queue.count - start < Self.most { queue.append(command) }
    }

    mutating func removeFirst() { start += 1 }
}
