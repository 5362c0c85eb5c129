import Memory
import Policy
import SMTP
import Testing

/// The greylist, a script with an explicit clock at a time.
struct GreylistTests {
    /// What is tried: a network, a dialect, and the pair of sender and recipient.
    struct Client {
        var network = 1
        var dialect = 1
        var pair = 1

        var attempt: Greylist.Attempt {
            Greylist.Attempt(
                triplet: hash(1_000 + network * 100 + pair), pool: hash(1_000_000 + dialect * 1_000 + pair),
                network: hash(network))
        }
    }

    private func configuration(_ change: (inout GreylistConfiguration) -> Void = { _ in }) -> GreylistConfiguration {
        var configuration = GreylistConfiguration()
        configuration.delay = 60
        configuration.retryWindow = 1_000
        configuration.passLifetime = 10_000
        configuration.automaticAllowCount = 3
        change(&configuration)
        return configuration
    }

    private func standings(
        _ steps: [(Int64, Client)], _ change: (inout GreylistConfiguration) -> Void = { _ in }
    ) -> [GreylistStanding] {
        var greylist = Greylist(configuration: configuration(change))
        return steps.map { greylist.judge($1.attempt, at: at($0)).0 }
    }

    @Test(
        "Retries of one attempt",
        arguments: [
            ([0], [.new]), ([0, 0], [.new, .early(secondsLeft: 60)]), ([0, 59], [.new, .early(secondsLeft: 1)]),
            ([0, 60], [.new, .passed]), ([0, 10, 60], [.new, .early(secondsLeft: 50), .passed]),
            ([0, 999], [.new, .passed]), ([0, 1_000], [.new, .new]),
            ([0, 30, 1_000], [.new, .early(secondsLeft: 30), .new]),
            ([0, 60, 10_059], [.new, .passed, .passed]), ([0, 60, 10_060], [.new, .passed, .new]),
            ([0, 60, 5_000, 14_999], [.new, .passed, .passed, .passed]), ([0, 60, 61], [.new, .passed, .passed]),
            ([0, -10], [.new, .early(secondsLeft: 60)]),
            // A clock that is set back: what lies in the future is as of now.
            ([1_000_000, 0, 59, 60], [.new, .early(secondsLeft: 60), .early(secondsLeft: 1), .passed]),
            ([1_000_000, 1_000_060, 0, 9_999, 19_999], [.new, .passed, .passed, .passed, .new]),
        ] as [([Int64], [GreylistStanding])])
    func retries(times: [Int64], expected: [GreylistStanding]) {
        #expect(standings(times.map { ($0, Client()) }) == expected)
    }

    @Test func delayOfZeroPassesTheFirstRetry() {
        #expect(standings([(0, Client()), (0, Client())]) { $0.delay = 0 } == [.new, .passed])
    }

    @Test func anotherAddressOfAPoolPassesWithTheSameDialect() {
        #expect(standings([(0, Client()), (60, Client(network: 2))]) == [.new, .passed])
        #expect(standings([(0, Client()), (30, Client(network: 2))]) == [.new, .early(secondsLeft: 30)])
    }

    @Test func anotherAddressWithAnotherDialectDoesNot() {
        #expect(standings([(0, Client()), (60, Client(network: 2, dialect: 2))]) == [.new, .new])
    }

    @Test func theSameNetworkPassesWithAnotherDialect() {
        #expect(standings([(0, Client()), (60, Client(dialect: 2))]) == [.new, .passed])
    }

    @Test func anotherPairIsAnotherAttempt() {
        #expect(standings([(0, Client()), (60, Client(pair: 2))]) == [.new, .new])
    }

    @Test func aNetworkThatPassedOftenEnoughIsAllowed() {
        let passes = (1...3).flatMap { pair in
            [(Int64(pair) * 100, Client(pair: pair)), (Int64(pair) * 100 + 60, Client(pair: pair))]
        }
        let pattern: [GreylistStanding] = [.new, .passed, .new, .passed, .new, .passed]
        #expect(standings(passes + [(400, Client(pair: 4))]) == pattern + [.allowListed])
        // Another network is not.
        #expect(standings(passes + [(400, Client(network: 2, dialect: 2, pair: 4))]) == pattern + [.new])
        // Nor is any when the list is switched off.
        #expect(standings(passes + [(400, Client(pair: 4))]) { $0.automaticAllowCount = 0 } == pattern + [.new])
        // The entry expires after its last use, and use renews it.
        #expect(standings(passes + [(10_359, Client(pair: 4))]).last == .allowListed)
        #expect(standings(passes + [(10_360, Client(pair: 4))]).last == .new)
        let renewed = passes + [(10_000, Client(pair: 4)), (19_999, Client(pair: 5))]
        #expect(standings(renewed).suffix(2) == [.allowListed, .allowListed])
    }

    @Test func repeatedUseOfOnePassCountsOnce() {
        let uses = (60..<70).map { (Int64($0), Client()) }
        let steps: [(Int64, Client)] = [(0, Client())] + uses + [(100, Client(pair: 2))]
        #expect(standings(steps).last == .new)
    }

    @Test func passesOfAnExpiredEntryDoNotCount() {
        var steps = (1...2).flatMap { [(Int64($0) * 100, Client(pair: $0)), (Int64($0) * 100 + 60, Client(pair: $0))] }
        steps += [(20_000, Client(pair: 3)), (20_060, Client(pair: 3)), (20_100, Client(pair: 4))]
        #expect(standings(steps).last == .new)
    }

    @Test func changesTellWhatToKeep() {
        var greylist = Greylist(configuration: configuration())
        let attempt = Client().attempt
        let place = attempt.place
        let first = GreylistEntry(firstSeen: at(0), lastSeen: at(0), hasPassed: false, place: place)
        #expect(
            greylist.judge(attempt, at: at(0)).1 == [.greylist(attempt.triplet, first), .greylist(attempt.pool, first)])
        let passed = GreylistEntry(firstSeen: at(0), lastSeen: at(60), hasPassed: true, place: place)
        let record = ClientRecord(firstSeen: at(60), lastSeen: at(60), count: 1)
            .placed(NetworkPlace(block: place.block, allocation: place.allocation))
        let ended = greylist.judge(attempt, at: at(60)).1
        #expect(
            ended == [
                .greylist(attempt.triplet, passed), .greylist(attempt.pool, passed), .network(attempt.network, record),
            ])
    }

    @Test func whatWasKeptIsTakenOver() {
        let attempt = Client().attempt
        var greylist = Greylist(configuration: configuration())
        greylist.restore(
            [(attempt.triplet, GreylistEntry(firstSeen: at(0), lastSeen: at(0), hasPassed: false))], at: at(1))
        greylist.restore(networks: [(hash(9), ClientRecord(firstSeen: at(0), lastSeen: at(0), count: 3))], at: at(1))
        let standing = greylist.judge(attempt, at: at(60)).0
        #expect(standing == .passed)
        #expect(greylist.isAllowListed(hash(9), at: at(9_999)))
        #expect(!greylist.isAllowListed(hash(9), at: at(10_000)))
        #expect(!greylist.isAllowListed(hash(8), at: at(0)))
    }

    @Test func newDelaysHoldForWhatIsRemembered() {
        var greylist = Greylist(configuration: configuration())
        _ = greylist.judge(Client().attempt, at: at(0))
        greylist.reconfigure(configuration { $0.delay = 600 })
        let standing = greylist.judge(Client().attempt, at: at(60)).0
        #expect(standing == .early(secondsLeft: 540))
    }

    @Test(arguments: [2, 3, 10, 100])
    func memoryIsBounded(capacity: Int) {
        var greylist = Greylist(configuration: configuration { $0.capacity = capacity })
        for number in 0..<1_000 {
            _ = greylist.judge(Client(network: number, dialect: number, pair: number).attempt, at: at(Int64(number)))
            // An attempt whose keys differ is remembered under both.
            #expect(greylist.count <= 2 * capacity)
        }
    }

    @Test func standingsHaveWordsForLogs() {
        let words: [GreylistStanding: String] = [
            .new: "greylist.new", .early(secondsLeft: 5): "greylist.early", .passed: "greylist.passed",
            .allowListed: "greylist.allow-listed",
        ]
        for (standing, word) in words { #expect(standing.word == word) }
        #expect(words.keys.filter(\.isPassed).count == 2)
        #expect(!GreylistStanding.new.isPassed)
        #expect(!GreylistStanding.early(secondsLeft: 1).isPassed)
    }
}
