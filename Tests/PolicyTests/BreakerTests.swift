import Policy
import SMTP
import Testing

/// The breaker, with an explicit clock.
struct BreakerTests {
    private func configuration(_ change: (inout BreakerConfiguration) -> Void = { _ in }) -> BreakerConfiguration {
        var configuration = BreakerConfiguration()
        configuration.budget = 0.1
        configuration.minimumCount = 3
        configuration.window = 1_200
        configuration.cooldown = 5_000
        change(&configuration)
        return configuration
    }

    private func breaker(_ change: (inout BreakerConfiguration) -> Void = { _ in }) -> Breaker {
        Breaker(configuration: configuration(change))
    }

    @Test func itStartsClosedAndEmpty() {
        let breaker = breaker()
        #expect(!breaker.isTripped(at: at(0)))
        #expect(breaker.counts(at: at(0)) == (0, 0))
    }

    @Test(
        "Refusals among known good clients",
        arguments: [
            (0, 2, false), (0, 3, true), (26, 3, true), (27, 3, false), (35, 4, true), (36, 4, false),
            (1_000, 50, false),
        ])
    func budget(accepted: Int, refused: Int, trips: Bool) {
        var breaker = breaker()
        for _ in 0..<accepted {
            let trips = breaker.note(refused: false, at: at(0))
            #expect(!trips)
        }
        for _ in 0..<(refused - 1) {
            let trips = breaker.note(refused: true, at: at(0))
            #expect(!trips)
        }
        let hasTripped = breaker.note(refused: true, at: at(0))
        #expect(hasTripped == trips)
        #expect(breaker.isTripped(at: at(0)) == trips)
    }

    @Test func acceptingNeverTrips() {
        var breaker = breaker { $0.minimumCount = 1 }
        for _ in 0..<100 {
            let trips = breaker.note(refused: false, at: at(0))
            #expect(!trips)
        }
        #expect(breaker.counts(at: at(0)) == (100, 0))
    }

    @Test func windowSlides() {
        // Slices of 100 seconds; the clock starts at the beginning of one.
        let start = 1_700_000_000 - 1_700_000_000 % 100
        func moment(_ seconds: Int) -> UnixTime { UnixTime(seconds: Int64(start + seconds)) }
        var breaker = breaker()
        _ = breaker.note(refused: true, at: moment(0))
        _ = breaker.note(refused: false, at: moment(150))
        #expect(breaker.counts(at: moment(150)) == (2, 1))
        #expect(breaker.counts(at: moment(1_199)) == (2, 1))
        #expect(breaker.counts(at: moment(1_200)) == (1, 0))
        #expect(breaker.counts(at: moment(1_300)) == (0, 0))
        // A slice that comes round again begins anew.
        _ = breaker.note(refused: true, at: moment(2_400))
        #expect(breaker.counts(at: moment(2_400)) == (1, 1))
    }

    @Test func refusalsFurtherApartThanTheWindowDoNotAddUp() {
        var breaker = breaker()
        for number in 0..<20 {
            let trips = breaker.note(refused: true, at: at(Int64(number) * 700))
            #expect(!trips)
        }
    }

    @Test func itTripsOnceAndClosesAfterTheCooldown() {
        var breaker = breaker()
        var trips = 0
        for second in 0..<10 where breaker.note(refused: true, at: at(Int64(second))) { trips += 1 }
        #expect(trips == 1)
        #expect(breaker.isTripped(at: at(5_001)))
        #expect(!breaker.isTripped(at: at(5_002)))
        // What happened before is forgotten.
        #expect(breaker.counts(at: at(5_002)) == (0, 0))
        let later = (0..<3).map { _ in breaker.note(refused: true, at: at(5_002)) }
        #expect(later == [false, false, true])
    }

    @Test func resetClosesItAtOnce() {
        var breaker = breaker()
        for _ in 0..<3 { _ = breaker.note(refused: true, at: at(0)) }
        #expect(breaker.isTripped(at: at(1)))
        breaker.reset(configuration: configuration { $0.minimumCount = 1 })
        #expect(!breaker.isTripped(at: at(1)))
        #expect(breaker.counts(at: at(1)) == (0, 0))
        let hasTripped = breaker.note(refused: true, at: at(1))
        #expect(hasTripped)
    }

    @Test func disabledItCountsNothing() {
        var breaker = breaker { $0.isEnabled = false }
        for _ in 0..<100 {
            let trips = breaker.note(refused: true, at: at(0))
            #expect(!trips)
        }
        #expect(!breaker.isTripped(at: at(0)))
        #expect(breaker.counts(at: at(0)) == (0, 0))
    }

    @Test func aWindowShorterThanItsSlicesAndAnyClockAreBorne() {
        var breaker = breaker {
            $0.window = 1
            $0.minimumCount = 1_000
        }
        for seconds in [0, 1, -1, -5_000, 1_700_000_000, 5] as [Int64] {
            let trips = breaker.note(refused: true, at: UnixTime(seconds: seconds))
            #expect(!trips)
            #expect(breaker.counts(at: UnixTime(seconds: seconds)).refused >= 1)
        }
    }
}
