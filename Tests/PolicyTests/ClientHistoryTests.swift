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
        #expect(change == [.client(client(1).client, record), .clientNetwork(client(1).network, record)])
        var other = ClientHistory(configuration: configuration())
        other.restore([(client(1).client, record)])
        #expect(other.count == 1)
        let next = other.noteCleanMessage(from: client(1), at: at(8))
        #expect(next.first == .client(client(1).client, ClientRecord(firstSeen: at(0), lastSeen: at(8), count: 3)))
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
        let nothing = ClientRecord(firstSeen: at(300), lastSeen: at(300), count: 0)
        #expect(changes == [.client(client(1).client, revoked), .clientNetwork(client(1).network, nothing)])
        for time in stride(from: Int64(300), to: 800, by: 50) {
            let noted = history.noteCleanMessage(from: client(1), at: at(time))
            let standing = history.standing(of: client(1), at: at(time))
            #expect(noted.isEmpty && standing.isRevoked && !standing.isKnown && !standing.isGood)
            #expect(!standing.networkHasDelivered)
        }
        for time in [Int64(800), 801, 802] { _ = history.noteCleanMessage(from: client(1), at: at(time)) }
        let later = history.standing(of: client(1), at: at(899))
        #expect(later.isKnown && !later.isGood && !later.isRevoked && later.networkHasDelivered)
        #expect(history.standing(of: client(1), at: at(902)).isGood)
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
