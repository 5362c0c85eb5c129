import Memory
import Policy
import SMTP
import Testing

/// The breaker, with an explicit clock. Subjects are numbers.
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

    private static let claim = BreakerCause.detector(.claim)
    private static let helo = BreakerCause.detector(.helo)

    @Test func itStartsClosedAndEmpty() {
        let breaker = breaker()
        #expect(!breaker.isTripped(at: at(0)))
        #expect(breaker.suspended(at: at(0)).isEmpty)
        #expect(breaker.counts(at: at(0)) == (0, 0))
    }

    @Test(
        "Refusals among known subjects",
        arguments: [
            (0, 2, false), (0, 3, true), (26, 3, true), (27, 3, false), (35, 4, true), (36, 4, false),
            (1_000, 50, false),
        ])
    func budget(accepted: Int, refused: Int, trips: Bool) {
        var breaker = breaker()
        for number in 0..<accepted {
            let trip = breaker.note(hash(number), refusedFor: [], at: at(0))
            #expect(trip == nil)
        }
        var trip: BreakerTrip?
        for number in 0..<refused {
            #expect(trip == nil)
            trip = breaker.note(hash(10_000 + number), refusedFor: [Self.claim], at: at(0))
        }
        #expect(trip == (trips ? .narrow(Self.claim) : nil))
        #expect(breaker.suspended(at: at(0)) == (trips ? [Self.claim] : []))
        #expect(!breaker.isTripped(at: at(0)))
    }

    @Test func oneSubjectWeighsOneHoweverOftenItComes() {
        var breaker = breaker()
        for second in 0..<1_000 {
            for number in 0..<2 {
                let trip = breaker.note(hash(number), refusedFor: [Self.claim], at: at(Int64(second)))
                #expect(trip == nil)
            }
        }
        #expect(breaker.counts(at: at(999)) == (2, 2))
    }

    @Test func acceptingNeverTrips() {
        var breaker = breaker { $0.minimumCount = 1 }
        for number in 0..<100 {
            let trip = breaker.note(hash(number), refusedFor: [], at: at(0))
            #expect(trip == nil)
        }
        #expect(breaker.counts(at: at(0)) == (100, 0))
    }

    @Test func theNarrowestCauseThatAllShareIsSwitchedOff() {
        // One dialect is behind all of them.
        var breaker = breaker()
        let causes = [BreakerCause.detector(.dialect), .dialect("festi")]
        let trips = (0..<3).map { breaker.note(hash($0), refusedFor: causes, at: at(0)) }
        #expect(trips == [nil, nil, .narrow(.dialect("festi"))])

        // Three dialects: none of them alone, but all of them together.
        var another = Breaker(configuration: configuration())
        let names = ["festi", "grum", "postfix"]
        let others = (0..<3).map { number in
            another.note(
                hash(number), refusedFor: [.detector(.dialect), .dialect(names[number])], at: at(0))
        }
        #expect(others == [nil, nil, .narrow(.detector(.dialect))])
    }

    @Test func onlyWhatGoesOnInSpiteOfItSwitchesEverythingOff() {
        var breaker = breaker()
        let narrow = (0..<3).map { breaker.note(hash($0), refusedFor: [Self.claim], at: at(0)) }
        #expect(narrow.last == .narrow(Self.claim))
        // Those who took part do not count again.
        for number in 0..<3 {
            let trip = breaker.note(hash(number), refusedFor: [Self.helo], at: at(10))
            #expect(trip == nil)
        }
        let whole = (10..<13).map { breaker.note(hash($0), refusedFor: [Self.helo], at: at(20)) }
        #expect(whole == [nil, nil, .whole])
        #expect(breaker.isTripped(at: at(5_019)))
        #expect(!breaker.isTripped(at: at(5_020)))
        // While everything is off nothing is counted.
        let while_ = breaker.note(hash(20), refusedFor: [Self.helo], at: at(30))
        #expect(while_ == nil)
    }

    @Test func aSuspensionEndsWithTheCooldownAndIsNoHindranceAfterwards() {
        var breaker = breaker()
        for number in 0..<3 { _ = breaker.note(hash(number), refusedFor: [Self.claim], at: at(0)) }
        #expect(breaker.suspended(at: at(4_999)) == [Self.claim])
        #expect(breaker.suspended(at: at(5_000)).isEmpty)
        // The next one is narrow again, and the same subjects count.
        let trips = (0..<3).map { breaker.note(hash($0), refusedFor: [Self.helo], at: at(6_000)) }
        #expect(trips == [nil, nil, .narrow(Self.helo)])
    }

    @Test func aHostileDialectMustHitManyOfTheKnown() {
        for (known, trips) in [(29, true), (60, false)] {
            var breaker = breaker { $0.budget = 0.01 }
            for number in 100..<(100 + known - 3) { _ = breaker.note(hash(number), refusedFor: [], at: at(0)) }
            let causes = [BreakerCause.detector(.dialect), .dialect("festi")]
            let trip = (0..<3).map { breaker.note(hash($0), refusedFor: causes, at: at(0)) }.last ?? nil
            #expect((trip == .narrow(.dialect("festi"))) == trips, "\(known) known")
        }
    }

    @Test func windowSlides() {
        // Slices of 100 seconds; the clock starts at the beginning of one.
        let start = 1_700_000_000 - 1_700_000_000 % 100
        func moment(_ seconds: Int) -> UnixTime { UnixTime(seconds: Int64(start + seconds)) }
        var breaker = breaker()
        _ = breaker.note(hash(1), refusedFor: [Self.claim], at: moment(0))
        _ = breaker.note(hash(2), refusedFor: [], at: moment(150))
        #expect(breaker.counts(at: moment(150)) == (2, 1))
        #expect(breaker.counts(at: moment(1_199)) == (2, 1))
        #expect(breaker.counts(at: moment(1_200)) == (1, 0))
        #expect(breaker.counts(at: moment(1_300)) == (0, 0))
        _ = breaker.note(hash(1), refusedFor: [Self.claim], at: moment(2_400))
        #expect(breaker.counts(at: moment(2_400)) == (1, 1))
    }

    @Test func refusalsFurtherApartThanTheWindowDoNotAddUp() {
        var breaker = breaker()
        for number in 0..<20 {
            let trip = breaker.note(hash(number), refusedFor: [Self.claim], at: at(Int64(number) * 700))
            #expect(trip == nil)
        }
    }

    @Test func resetClosesItAtOnce() {
        var breaker = breaker()
        for number in 0..<3 { _ = breaker.note(hash(number), refusedFor: [Self.claim], at: at(0)) }
        #expect(!breaker.suspended(at: at(1)).isEmpty)
        breaker.reset(configuration: configuration { $0.minimumCount = 1 })
        #expect(breaker.suspended(at: at(1)).isEmpty)
        #expect(breaker.counts(at: at(1)) == (0, 0))
        let trip = breaker.note(hash(1), refusedFor: [Self.claim], at: at(1))
        #expect(trip == .narrow(Self.claim))
    }

    @Test func disabledItCountsNothing() {
        var breaker = breaker { $0.isEnabled = false }
        for number in 0..<100 {
            let trip = breaker.note(hash(number), refusedFor: [Self.claim], at: at(0))
            #expect(trip == nil)
        }
        #expect(breaker.counts(at: at(0)) == (0, 0))
    }

    @Test func aWindowShorterThanItsSlicesAndAnyClockAreBorne() {
        var breaker = breaker {
            $0.window = 1
            $0.minimumCount = 1_000
        }
        for seconds in [0, 1, -1, -5_000, 1_700_000_000, 5, .max, .min, .max, 0] as [Int64] {
            let time = UnixTime(seconds: seconds)
            let trip = breaker.note(hash(1), refusedFor: [Self.claim], at: time)
            #expect(trip == nil)
            #expect(breaker.counts(at: time).refused >= 1)
        }
    }

    @Test func whatAWrongClockHasSwitchedOffDoesNotStayOff() {
        // The clock is ten years ahead while it trips, and is set right.
        let ahead: Int64 = 10 * 365 * 86_400
        var breaker = breaker()
        for number in 0..<3 { _ = breaker.note(hash(number), refusedFor: [Self.claim], at: at(ahead)) }
        for number in 10..<13 { _ = breaker.note(hash(number), refusedFor: [Self.helo], at: at(ahead)) }
        #expect(breaker.isTripped(at: at(ahead)))
        #expect(!breaker.isTripped(at: at(0)))
        #expect(breaker.suspended(at: at(0)).isEmpty)
        // And a little back changes nothing.
        let trips = (20..<23).map { breaker.note(hash($0), refusedFor: [Self.claim], at: at(Int64(20 - $0) * 100)) }
        #expect(trips.last == .narrow(Self.claim))
    }
}
