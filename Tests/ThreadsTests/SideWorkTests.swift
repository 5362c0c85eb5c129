import Synchronization
import Testing
import Threads

@Suite("Work on the side")
struct SideWorkTests {
    @Test func itIsDoneOnceAndByAnotherThread() {
        let count = Atomic(0)
        let mayEnd = Semaphore()
        let work = SideWork("side") {
            mayEnd.wait()
            return count.add(1, ordering: .relaxed).newValue
        }
        // Here meanwhile: it would never end if it were done in its turn.
        mayEnd.signal()
        #expect(work.outcome() == 1 && count.load(ordering: .relaxed) == 1)
    }
}
