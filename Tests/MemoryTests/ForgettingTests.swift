import SMTP
import Testing

import Policy

@testable import Memory

/// What the administrator wants forgotten is forgotten, and nothing else.
@Suite("Forgetting")
struct ForgettingTests {
    private func hash(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number)) }

    private func time(_ seconds: Int64) -> UnixTime { UnixTime(seconds: seconds) }

    /// Attempts 1...100, one a second, each of a network of its own.
    private func greylist() -> Greylist {
        var configuration = GreylistConfiguration()
        configuration.capacity = 1_000
        configuration.delay = 10
        var greylist = Greylist(configuration: configuration)
        for number in 1...100 {
            let entry = GreylistEntry(firstSeen: time(0), lastSeen: time(Int64(number)), hasPassed: true)
            greylist.restore([(hash(number), entry)], at: time(200))
            let record = ClientRecord(firstSeen: time(0), lastSeen: time(Int64(number)), count: 9)
            greylist.restore(networks: [(hash(1_000 + number), record)], at: time(200))
        }
        return greylist
    }

    private func isAllowed(_ greylist: Greylist, _ number: Int) -> Bool {
        greylist.isAllowListed(hash(1_000 + number), at: time(200))
    }

    @Test func theGreylistForgetsByAgeNetworkOrAltogether() {
        var byAge = greylist()
        #expect(byAge.count == 100)
        byAge.forget(before: time(51))
        #expect(byAge.count == 50)
        #expect(!isAllowed(byAge, 50) && isAllowed(byAge, 51))
        var one = greylist()
        one.forget(network: hash(1_007), lastSeenUpTo: time(6))
        #expect(isAllowed(one, 7), "it was seen since")
        one.forget(network: hash(1_007), lastSeenUpTo: time(7))
        #expect(one.count == 100)
        #expect(!isAllowed(one, 7) && isAllowed(one, 8))
        var all = greylist()
        all.forget(everything: true)
        #expect(all.count == 0)
        #expect(!(1...100).contains { isAllowed(all, $0) })
    }

    private func isKnown(_ history: ClientHistory, _ number: Int) -> Bool {
        history.standing(of: client(number), at: time(60)).isKnown
    }

    @Test func theHistoryForgetsByAgeClientOrAltogether() {
        var configuration = HistoryConfiguration()
        configuration.capacity = 60
        func filled() -> ClientHistory {
            var history = ClientHistory(configuration: configuration)
            for number in 1...50 {
                let record = ClientRecord(firstSeen: time(0), lastSeen: time(Int64(number)), count: 1)
                history.restore([(hash(number), record)], at: time(60))
            }
            return history
        }
        var byAge = filled()
        byAge.forget(before: time(26))
        #expect(byAge.count == 25)
        #expect(!isKnown(byAge, 25) && isKnown(byAge, 26))
        var one = filled()
        one.forget(client(3), lastSeenUpTo: time(2))
        #expect(one.count == 50, "it was seen since")
        one.forget(client(3), lastSeenUpTo: time(3))
        #expect(one.count == 49)
        #expect(!isKnown(one, 3) && isKnown(one, 4))
        var all = filled()
        all.forget(everything: true)
        #expect(all.count == 0)
    }
}
