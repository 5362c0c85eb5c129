import SMTP
import Testing

/// Times that anybody may have written are counted with, and nothing stops.
struct UnixTimeTests {
    private func time(_ seconds: Int64) -> UnixTime { UnixTime(seconds: seconds) }

    @Test(
        "Sums and differences end where numbers do",
        arguments: [
            (5, 3, 8, 2), (.max, 1, .max, .max - 1), (.max, -1, .max - 1, .max), (.min, -1, .min, .min + 1),
            (.min, 1, .min + 1, .min), (0, .min, .min, .max), (-1, .min, .min, .max), (-2, .max, .max - 2, .min),
            (.max, .max, .max, 0), (.min, .min, .min, 0), (.max, .min, -1, .max), (.min, .max, -1, .min),
        ] as [(Int64, Int64, Int64, Int64)])
    func arithmetic(first: Int64, second: Int64, sum: Int64, difference: Int64) {
        #expect((time(first) + second).seconds == sum)
        #expect(time(first) - time(second) == difference)
    }

    @Test func whatLiesInTheFutureIsAsOfNow() {
        #expect(time(5).age(at: time(8)) == 3)
        #expect(time(8).age(at: time(5)) == 0)
        #expect(time(.max).age(at: time(.min)) == 0)
        #expect(time(.min).age(at: time(.max)) == .max)
    }

    @Test func nothingWaitsForAClockToCatchUp() {
        #expect(!time(5).isOver(10, at: time(14)) && time(5).isOver(10, at: time(15)))
        #expect(time(5).isOver(10, at: time(4)) && !time(5).isOver(10, at: time(5)))
        #expect(time(.max).isOver(10, at: time(.min)))
    }
}
