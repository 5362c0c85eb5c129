import Testing
import Threads

@Suite("Monotonic time")
struct MonotonicTimeTests {
    @Test("never goes back, and is as late as the standard library's clock says")
    func goesOn() {
        let other = SuspendingClock.now
        let began = MonotonicTime.now
        var last = began
        for _ in 0..<1_000 {
            let now = MonotonicTime.now
            #expect(last.microseconds(since: now) == 0)
            last = now
        }
        let elapsed = SuspendingClock.now - other
        #expect(.microseconds(last.microseconds(since: began)) <= elapsed)
    }
}
