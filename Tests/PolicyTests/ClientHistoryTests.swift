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
        for time in times { _ = history.noteCleanMessage(from: hash(1), at: at(time)) }
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
        #expect(history.isKnown(hash(1), at: at(now)) == isKnown)
        #expect(history.isGood(hash(1), at: at(now)) == isGood)
        #expect(!history.isKnown(hash(2), at: at(now)))
        #expect(!history.isGood(hash(2), at: at(now)))
    }

    @Test func zeroMessagesSwitchTheExemptionOff() {
        let history = history(messagesAt: [0, 1, 2]) { $0.minimumMessages = 0 }
        #expect(!history.isGood(hash(1), at: at(200)))
        #expect(history.isKnown(hash(1), at: at(200)))
    }

    @Test func newThresholdsHoldForWhatIsRemembered() {
        var history = history(messagesAt: [0, 1, 2])
        history.reconfigure(configuration { $0.minimumMessages = 4 })
        #expect(!history.isGood(hash(1), at: at(200)))
        history.reconfigure(configuration { $0.minimumMessages = 1 })
        #expect(history.isGood(hash(1), at: at(200)))
    }

    @Test func changesTellWhatToKeepAndAreTakenOver() {
        var history = ClientHistory(configuration: configuration())
        _ = history.noteCleanMessage(from: hash(1), at: at(0))
        let record = ClientRecord(firstSeen: at(0), lastSeen: at(7), count: 2)
        let change = history.noteCleanMessage(from: hash(1), at: at(7))
        #expect(change == .client(hash(1), record))
        var other = ClientHistory(configuration: configuration())
        other.restore([(hash(1), record)])
        #expect(other.count == 1)
        let next = other.noteCleanMessage(from: hash(1), at: at(8))
        #expect(next == .client(hash(1), ClientRecord(firstSeen: at(0), lastSeen: at(8), count: 3)))
    }

    @Test(arguments: [2, 5, 50])
    func memoryIsBounded(capacity: Int) {
        var history = ClientHistory(configuration: configuration { $0.capacity = capacity })
        for number in 0..<500 {
            _ = history.noteCleanMessage(from: hash(number), at: at(Int64(number)))
            #expect(history.count <= capacity)
        }
        #expect(!history.isKnown(hash(0), at: at(500)))
    }
}
