import Memory
import Policy
import SMTP

/// All that is remembered for lies, under one lock: nobody takes it while no lies are told.
struct Lying: Sendable {
    var book = LieBook()
    var rate = LieRate()
    var shares = RequestShares()
    var relays = RelaySigns()
    var carriers = MailCarriers()

    /// Whether a network has shown signs of a relay, or one client brings most of the mail.
    func obstacle(to network: KeyedHash, isHostile: Bool) -> LieObstacle? {
        if carriers.most != nil { return .front }
        return relays.mayBeRelay(network, isHostile: isHostile) ? .relay : nil
    }

    /// What keeps a lie from being told for the first time.
    mutating func limit(
        on lie: LieKey, about domain: String, to network: KeyedHash, under limits: LieConfiguration, at now: UnixTime
    ) -> LieObstacle? {
        if let limit = rate.obstacle(to: lie.recipient, in: domain, under: limits, at: now) { return limit }
        let share = limits.share > 0 ? limits.share : shares.learned
        return shares.wouldShow(to: network, above: share, at: now) ? .share : nil
    }

    /// A lie is told, here or at another server.
    mutating func tell(_ lie: ToldLie, at now: UnixTime) {
        if !book.isTold(lie.key), !book.isUndone(lie.key) {
            rate.note(lie.key.recipient, in: lie.domain, toldAt: lie.first, at: now)
        }
        book.tell(lie.key, at: lie.last)
    }
}
