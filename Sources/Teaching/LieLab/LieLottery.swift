import Decision
import KeyedHashing
import SMTP

/// Who is lied to about whom at a simulated site: the daemon's own lottery, under keys of the site's own; or one by recipient
/// and network, which the daemon has not.
struct LieLottery: Sendable {
    private let scope: LieScope
    private let site: Int
    /// A key for each server, or one for all.
    private let keys: [HashingKey]
    /// What was drawn for recipients beforehand, where nothing else matters.
    private var drawn: [Int: Double] = [:]

    /// A lottery.
    ///
    /// - Parameter recipients: those that will be asked for, as far as they are known.
    init(site: Int, chance: Chance, options: GameOptions, recipients: some Sequence<Int> = EmptyCollection()) {
        self.site = site
        scope = options.scope
        keys = (0..<(options.sharesLies ? 1 : max(1, options.servers))).compactMap { server in
            let bytes = (0..<HashingKey.byteCount).map { byte in
                UInt8(truncatingIfNeeded: chance.bits(.lottery, site, server, byte))
            }
            return try? HashingKey(bytes: bytes)
        }
        guard scope == .recipient, keys.count == 1 else { return }
        for recipient in recipients { drawn[recipient] = fresh(recipient, network: 0, server: 0) }
    }

    /// A number in 0..<1 that belongs to recipient, network and server, as far as they matter.
    func draw(recipient: Int, network: Int, server: Int) -> Double {
        drawn[recipient] ?? fresh(recipient, network: network, server: server)
    }

    private func fresh(_ recipient: Int, network: Int, server: Int) -> Double {
        let address = MailAddress(argument: "<user\(recipient)@site\(site).example>".utf8)
        let key = keys[server % keys.count]
        switch scope {
        case .recipient: return key.hash(lottery: address).unitInterval
        case .pair:
            let parts = [Array(address.folded.utf8), Array(String(network).utf8)]
            return KeyedHash(bits: key.digest(domain: "lottery of pairs", parts: parts)).unitInterval
        }
    }
}
