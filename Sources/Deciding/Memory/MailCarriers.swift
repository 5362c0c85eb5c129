public import SMTP

/// Whether one client brings most of the site's mail: a proxy, a NAT or a relay that stands before the mail server. Behind
/// it bots and honest senders have one address, and Argot must not lie to anybody.
///
/// Counted is mail that was taken and that nothing of weight counted against, so that a bot that is refused cannot make
/// itself look like one.
public struct MailCarriers: Sendable {
    /// How many messages are looked at: those taken last.
    public static let messages = 512

    /// From how many on they tell anything.
    public static let leastMessages = 32

    private var ring: [KeyedHash] = []
    private var next = 0
    private var counts: [KeyedHash: Int] = [:]

    /// The client that brings most of the mail; `nil` if none does. One that has is held to go on until it brings less than
    /// two fifths.
    public private(set) var most: KeyedHash?

    /// No message yet.
    public init() {}

    /// The share of the client that brings most, while one does, 0...1.
    public var share: Double { most.map { Double(counts[$0] ?? 0) / Double(max(1, ring.count)) } ?? 0 }

    /// A message of this client was taken. O(1).
    public mutating func note(_ client: KeyedHash) {
        if ring.count < Self.messages {
            ring.append(client)
        } else {
            let old = ring[next]
            ring[next] = client
            next = (next + 1) % Self.messages
            if let count = counts[old] { counts[old] = count > 1 ? count - 1 : nil }
        }
        let count = (counts[client] ?? 0) + 1
        counts[client] = count
        if let most, (counts[most] ?? 0) * 5 < ring.count * 2 { self.most = nil }
        if ring.count >= Self.leastMessages, count * 2 > ring.count { most = client }
    }
}
