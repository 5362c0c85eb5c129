import Memory
import SMTP

/// A site that may lie: requests in, answers out.
struct SimulatedSite: Sendable {
    /// What a client is told at RCPT.
    enum Answer: Sendable, Hashable {
        /// 250.
        case accepted

        /// 451: judged, and not lied to.
        case deferred

        /// 550 5.1.1, in the same words whether it is true or not.
        case unknown(isLie: Bool)

        /// Whether the client is told that the recipient does not exist.
        var isUnknown: Bool {
            switch self {
            case .accepted, .deferred: false
            case .unknown: true
            }
        }
    }

    /// A request for a recipient.
    struct Request: Sendable {
        /// The recipient's number, its own at the site.
        let recipient: Int
        let kind: GameWorld.Kind
        let network: Int
        let server: Int
        /// Whether the site judges the client certain.
        let isJudged: Bool
        /// Whether the site refuses it by its own fault.
        let isFlapping: Bool
        let day: Int
    }

    private let isLying: Bool
    private let rate: LieRate
    private let policy: LyingPolicy
    private let options: GameOptions
    private let lottery: LieLottery
    private var day = 0
    private var shares = RequestShares()
    private var recipients: [Int: Int] = [:]
    private var liesToday = 0

    /// How many lies it has told.
    private(set) var lies = 0

    init(isLying: Bool, rate: LieRate, options: GameOptions, lottery: LieLottery) {
        self.isLying = isLying
        self.rate = rate
        policy = LyingPolicy(fraction: rate.fraction)
        self.options = options
        self.lottery = lottery
    }

    /// What a request is answered.
    mutating func answer(_ request: Request) -> Answer {
        guard isLying else {
            return request.kind == .unknown || request.isFlapping ? .unknown(isLie: false) : .accepted
        }
        if request.day != day { begin(request.day) }
        // The mail server looks up its users first: whoever does not exist is refused, whatever the filter thinks.
        let isRefused = request.kind == .unknown || request.isFlapping
        guard request.isJudged else {
            count(request, isUnknown: isRefused)
            return isRefused ? .unknown(isLie: false) : .accepted
        }
        let isLie = !isRefused && deservesLie(request) && isWithinCaps(request) && isPlausible(request)
        count(request, isUnknown: isRefused || isLie)
        guard isLie else { return isRefused ? .unknown(isLie: false) : .deferred }
        lies += 1
        liesToday += 1
        recipients[request.recipient, default: 0] += 1
        return .unknown(isLie: true)
    }

    private func deservesLie(_ request: Request) -> Bool {
        switch rate {
        case .never: false
        case .traps: request.kind == .trap
        case .fraction:
            policy.lies(
                lottery.draw(recipient: request.recipient, network: request.network, server: request.server))
        }
    }

    private mutating func isPlausible(_ request: Request) -> Bool {
        let share: Double
        switch options.plausibility {
        case .unlimited: return true
        case .learned: share = shares.learned
        case .share(let limit): share = limit
        }
        return !shares.wouldShow(to: Self.hash(request.network), above: share, at: Self.time(request.day))
    }

    private func isWithinCaps(_ request: Request) -> Bool {
        if let cap = options.siteCap, liesToday >= cap { return false }
        if let cap = options.recipientCap, recipients[request.recipient, default: 0] >= cap { return false }
        return true
    }

    private mutating func count(_ request: Request, isUnknown: Bool) {
        guard options.plausibility != .unlimited else { return }
        shares.note(
            Self.hash(request.network), isUnknown: isUnknown, isDue: request.isJudged, at: Self.time(request.day))
    }

    private static func hash(_ network: Int) -> KeyedHash { KeyedHash(bits: UInt128(truncatingIfNeeded: network)) }

    private static func time(_ day: Int) -> UnixTime { UnixTime(seconds: Int64(clamping: day) &* 86_400) }

    /// A day begins: caps count again.
    private mutating func begin(_ next: Int) {
        day = next
        recipients.removeAll(keepingCapacity: true)
        liesToday = 0
    }
}
