public import Memory
import Policy

/// A server's own counts of one place. Nobody else counts there, and counts only grow, so of each the larger one holds.
extension SenderCell: Mergeable {
    /// Takes in another state of the same server's cell.
    public mutating func merge(_ other: SenderCell) {
        mails = max(mails, other.mails)
        trapped = max(trapped, other.trapped)
        spam = max(spam, other.spam)
        honest = max(honest, other.honest)
        bots = max(bots, other.bots)
    }
}

extension PerServer<SenderCell> {
    /// What all servers have counted; `nil` without any. O(servers).
    public var combined: SenderCell? {
        guard var sum = parts.values.first else { return nil }
        for cell in parts.values.dropFirst() { sum.add(cell) }
        return sum
    }
}
