import Memory
import Policy
import SMTP
import Testing

/// Which clients have sent clean mail.
struct ClientHistoryTests {
    private func configuration(_ change: (inout HistoryConfiguration) -> Void = { _ in }) -> HistoryConfiguration {
        var configuration = HistoryConfiguration()
        configuration.minimumMessages = 3
        configuration.minimumAge = 100
        configuration.lifetime = 1_000
        change(&configuration)
        return configuration
    }

    private func history(messagesAt times: [Int64], _ change: (inout HistoryConfiguration) -> Void = { _ in })
        -> ClientHistory
    {
        var history = ClientHistory(configuration: configuration(change))
        for time in times { _ = history.noteCleanMessage(from: client(1), at: at(time)) }
        return history
    }

    @Test(
        "Enough messages for long enough",
        arguments: [
            ([], 0, false, false), ([0], 0, true, false), ([0, 1, 2], 99, true, false), ([0, 1, 2], 100, true, true),
            ([0, 100], 100, true, false), ([0, 1, 100], 100, true, true), ([0, 1, 2], 1_001, true, true),
            ([0, 1, 2], 1_002, false, false), ([0, 1, 2, 900], 1_899, true, true),
            ([0, 1, 2, 900], 1_900, false, false),
            ([0, 1, 2, 1_500], 1_600, true, false),
        ] as [([Int64], Int64, Bool, Bool)])
    func standing(times: [Int64], now: Int64, isKnown: Bool, isGood: Bool) {
        let history = history(messagesAt: times)
        var expected = ClientStanding()
        (expected.isKnown, expected.isGood, expected.networkHasDelivered) = (isKnown, isGood, isKnown)
        expected.networkHadDelivered = isKnown
        #expect(history.standing(of: client(1), at: at(now)) == expected)
        #expect(history.standing(of: client(2), at: at(now)) == ClientStanding())
    }

    @Test func zeroMessagesSwitchTheExemptionOff() {
        let history = history(messagesAt: [0, 1, 2]) { $0.minimumMessages = 0 }
        #expect(!history.standing(of: client(1), at: at(200)).isGood)
        #expect(history.standing(of: client(1), at: at(200)).isKnown)
    }

    @Test func newThresholdsHoldForWhatIsRemembered() {
        var history = history(messagesAt: [0, 1, 2])
        history.reconfigure(configuration { $0.minimumMessages = 4 })
        #expect(!history.standing(of: client(1), at: at(200)).isGood)
        history.reconfigure(configuration { $0.minimumMessages = 1 })
        #expect(history.standing(of: client(1), at: at(200)).isGood)
    }

    @Test func changesTellWhatToKeepAndAreTakenOver() {
        var history = ClientHistory(configuration: configuration())
        _ = history.noteCleanMessage(from: client(1), at: at(0))
        let record = ClientRecord(firstSeen: at(0), lastSeen: at(7), count: 2)
        let change = history.noteCleanMessage(from: client(1), at: at(7))
        let own = record.placed(NetworkPlace(ofClient: client(1)))
        let shared = record.placed(NetworkPlace(ofNetwork: client(1)))
        #expect(change == [.client(client(1).client, own), .clientNetwork(client(1).network, shared)])
        var other = ClientHistory(configuration: configuration())
        other.restore([(client(1).client, own)], networks: [(client(1).network, shared)], at: at(7))
        #expect(other.standing(of: client(2, network: 1_001), at: at(7)).networkHasDelivered)
        #expect(other.count == 1)
        let next = other.noteCleanMessage(from: client(1), at: at(8))
        let third = ClientRecord(firstSeen: at(0), lastSeen: at(8), count: 3)
        #expect(next.first == .client(client(1).client, third.placed(NetworkPlace(ofClient: client(1)))))
    }

    @Test func oneMessageOfAnyClientSpeaksForTheNetwork() {
        var history = ClientHistory(configuration: configuration())
        _ = history.noteCleanMessage(from: client(1, network: 7), at: at(0))
        let neighbour = history.standing(of: client(2, network: 7), at: at(999))
        #expect(neighbour.networkHasDelivered && !neighbour.isKnown && !neighbour.isGood)
        #expect(!history.standing(of: client(2, network: 8), at: at(999)).networkHasDelivered)
        #expect(!history.standing(of: client(2, network: 7), at: at(1_000)).networkHasDelivered)
    }

    @Test func aRevokedClientRegainsNoStandingBeforeItsTime() {
        var history = history(messagesAt: [0, 1, 200]) {
            $0.revocation = 500
            $0.lifetime = 10_000
        }
        #expect(history.standing(of: client(1), at: at(200)).isGood)
        let changes = history.revoke(client(1), at: at(300))
        let revoked = ClientRecord(firstSeen: at(300), lastSeen: at(300), count: 0, revokedAt: at(300))
            .placed(NetworkPlace(ofClient: client(1)))
        let emptied = ClientRecord(firstSeen: at(300), lastSeen: at(300), count: 0, revokedAt: at(300))
            .placed(NetworkPlace(ofNetwork: client(1)))
        #expect(changes == [.client(client(1).client, revoked), .clientNetwork(client(1).network, emptied)])
        for time in stride(from: Int64(300), to: 800, by: 50) {
            let noted = history.noteCleanMessage(from: client(1), at: at(time))
            let standing = history.standing(of: client(1), at: at(time))
            #expect(noted.isEmpty && standing.isRevoked && !standing.isKnown && !standing.isGood)
            #expect(!standing.networkHasDelivered)
        }
        var restarted = ClientHistory(configuration: configuration { $0.revocation = 500 })
        restarted.restore([(client(1).client, revoked)], at: at(400))
        #expect(restarted.standing(of: client(1), at: at(799)).isRevoked)
        for time in [Int64(800), 801, 802] { _ = history.noteCleanMessage(from: client(1), at: at(time)) }
        let later = history.standing(of: client(1), at: at(899))
        #expect(later.isKnown && !later.isGood && !later.isRevoked && later.networkHasDelivered)
        #expect(history.standing(of: client(1), at: at(902)).isGood)
    }

    /// A clock that was ahead has written times that have not come yet.
    @Test func whatLiesInTheFutureIsAsOfNow() {
        let ahead = ClientRecord(
            firstSeen: at(1_000_000), lastSeen: at(2_000_000), count: 3, revokedAt: nil)
        var history = ClientHistory(configuration: configuration())
        history.restore([(client(1).client, ahead)], networks: [(client(1).network, ahead)], at: at(0))
        #expect(history.standing(of: client(1), at: at(99)).isKnown)
        #expect(!history.standing(of: client(1), at: at(99)).isGood)
        #expect(history.standing(of: client(1), at: at(100)).isGood)
        #expect(!history.standing(of: client(1), at: at(1_000)).isKnown)
        // The same without a restart: the clock is set back by 9,000 seconds.
        var running = ClientHistory(configuration: configuration { $0.revocation = 500 })
        for time in [Int64(9_000), 0, 50, 100] { _ = running.noteCleanMessage(from: client(1), at: at(time)) }
        #expect(running.standing(of: client(1), at: at(100)).isGood)
        _ = running.revoke(client(1), at: at(9_000))
        #expect(running.standing(of: client(1), at: at(200)).isRevoked)
        var later = running
        later.restore(
            [(client(2).client, ClientRecord(firstSeen: at(0), lastSeen: at(0), count: 0, revokedAt: at(9_000)))],
            at: at(200))
        #expect(
            later.standing(of: client(2), at: at(699)).isRevoked
                && !later.standing(of: client(2), at: at(700)).isRevoked)
    }

    @Test(arguments: [2, 5, 50])
    func memoryIsBounded(capacity: Int) {
        var history = ClientHistory(configuration: configuration { $0.capacity = capacity })
        for number in 0..<500 {
            _ = history.noteCleanMessage(from: client(number), at: at(Int64(number)))
            #expect(history.count <= capacity)
        }
        #expect(!history.standing(of: client(0), at: at(500)).isKnown)
    }
}

extension ClientRecord {
    /// The same record in a place.
    func placed(_ place: NetworkPlace) -> ClientRecord {
        var record = self
        record.place = place
        return record
    }
}
