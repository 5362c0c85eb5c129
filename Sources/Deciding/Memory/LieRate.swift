public import Policy
public import SMTP

/// How many lies were told for the first time within the hour: in all, in a recipient domain, about a recipient. Whatever
/// goes wrong with verdicts, so many addresses are called unknown and no more.
public struct LieRate: Sendable {
    private var hour: Int64 = .min
    private var perDomain: [String: Int] = [:]
    private var perRecipient: [KeyedHash: Int] = [:]

    /// The lies told for the first time since the hour began.
    public private(set) var total = 0

    /// No lie yet.
    public init() {}

    /// What keeps a further lie from being told; `nil` if nothing does. O(1).
    public mutating func obstacle(
        to recipient: KeyedHash, in domain: String, under limits: LieConfiguration, at now: UnixTime
    ) -> LieObstacle? {
        turn(to: now)
        if total >= limits.hourlyLimit { return .hourlyLimit }
        if perDomain[domain, default: 0] >= limits.domainLimit { return .domainLimit }
        return perRecipient[recipient, default: 0] >= limits.recipientLimit ? .recipientLimit : nil
    }

    /// A lie was told for the first time at `time`, which may lie back. O(1); memory grows with the lies of an hour.
    public mutating func note(_ recipient: KeyedHash, in domain: String, toldAt time: UnixTime, at now: UnixTime) {
        turn(to: now)
        guard Self.hour(of: time) == hour, total < LieConfiguration.largestLimit else { return }
        total += 1
        perDomain[domain, default: 0] += 1
        perRecipient[recipient, default: 0] += 1
    }

    /// How many were told within the hour.
    public func count(at now: UnixTime) -> Int { Self.hour(of: now) == hour ? total : 0 }

    private mutating func turn(to now: UnixTime) {
        guard Self.hour(of: now) != hour else { return }
        (hour, total, perDomain, perRecipient) = (Self.hour(of: now), 0, [:], [:])
    }

    private static func hour(of time: UnixTime) -> Int64 { time.seconds / 3_600 }
}
