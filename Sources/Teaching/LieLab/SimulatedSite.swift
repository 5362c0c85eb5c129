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

    private struct Count: Sendable {
        var asked = 0.0
        var unknown = 0.0
    }

    private let isLying: Bool
    private let rate: LieRate
    private let policy: LyingPolicy
    private let options: GameOptions
    private let lottery: LieLottery
    private var day = 0
    private var judged = Count()
    private var networks: [Int: Count] = [:]
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
        guard request.isJudged else { return isRefused ? .unknown(isLie: false) : .accepted }
        let isLie = !isRefused && deservesLie(request) && isPlausible(request) && isWithinCaps(request)
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

    private func isPlausible(_ request: Request) -> Bool {
        let (count, limit): (Count, Double)
        switch options.plausibility {
        case .unlimited: return true
        case .network(let share): (count, limit) = (networks[request.network] ?? Count(), share)
        case .site(let share): (count, limit) = (judged, share)
        }
        return count.unknown + 1 <= limit * (count.asked + 1)
    }

    private func isWithinCaps(_ request: Request) -> Bool {
        if let cap = options.siteCap, liesToday >= cap { return false }
        if let cap = options.recipientCap, recipients[request.recipient, default: 0] >= cap { return false }
        return true
    }

    private mutating func count(_ request: Request, isUnknown: Bool) {
        judged.asked += 1
        if isUnknown { judged.unknown += 1 }
        guard case .network = options.plausibility else { return }
        networks[request.network, default: Count()].asked += 1
        if isUnknown { networks[request.network, default: Count()].unknown += 1 }
    }

    /// A day begins: networks and caps count again, and of what judged clients have seen half is remembered.
    private mutating func begin(_ next: Int) {
        day = next
        judged.asked /= 2
        judged.unknown /= 2
        networks.removeAll(keepingCapacity: true)
        recipients.removeAll(keepingCapacity: true)
        liesToday = 0
    }
}
