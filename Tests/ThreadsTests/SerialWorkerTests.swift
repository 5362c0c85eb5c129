import Glibc
import Synchronization
import Testing
import Threads

@Suite("Serial workers", .timeLimit(.minutes(1)))
struct SerialWorkerTests {
    /// Notes what was done, in order.
    final class Notes: Sendable {
        let list = Mutex<[Int]>([])
        func note(_ number: Int) { list.withLock { $0.append(number) } }
        var all: [Int] { list.withLock { $0 } }
    }

    @Test func tasksAreDoneInOrder() {
        let worker = SerialWorker("test")
        let notes = Notes()
        for number in 0..<1_000 { worker.async { notes.note(number) } }
        worker.sync {}
        #expect(notes.all == Array(0..<1_000))
        #expect(worker.hasThread)
    }

    @Test func itsThreadTakesNoSignal() {
        let worker = SerialWorker("test")
        let mask = Mutex<Set<Int32>>([])
        worker.async {
            var set = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &set)
            let blocked = [SIGTERM, SIGINT, SIGHUP, SIGUSR1].filter { sigismember(&set, $0) == 1 }
            mask.withLock { $0 = Set(blocked) }
        }
        let done = Semaphore()
        worker.async { done.signal() }
        #expect(done.wait(until: .now + .seconds(50)))
        #expect(mask.withLock { $0 } == [SIGTERM, SIGINT, SIGHUP, SIGUSR1])
    }

    @Test func theThreadDoesThemWithoutAnybodyWaiting() {
        let worker = SerialWorker("test")
        let done = Semaphore()
        worker.async { done.signal() }
        #expect(done.wait(until: .now + .seconds(50)))
    }

    @Test func whatIsLaterComesLaterInTheOrderOfItsTime() {
        let worker = SerialWorker("test")
        let notes = Notes()
        let done = Semaphore()
        worker.async(after: .milliseconds(40)) { notes.note(3) }
        worker.async(after: .milliseconds(20)) { notes.note(2) }
        worker.async(after: .milliseconds(40)) { done.signal() }
        worker.async { notes.note(1) }
        #expect(done.wait(until: .now + .seconds(50)))
        #expect(notes.all == [1, 2, 3])
    }

    @Test func syncWaitsForATaskUnderWayAndReturnsItsResult() {
        let worker = SerialWorker("test")
        let notes = Notes()
        let (begun, goOn) = (Semaphore(), Semaphore())
        worker.async {
            begun.signal()
            goOn.wait()
            notes.note(1)
        }
        begun.wait()
        worker.async { notes.note(2) }
        goOn.signal()
        #expect(worker.sync { notes.all } == [1, 2])
    }

    /// The daemon flushes at the end, whatever the system has left.
    @Test func syncIsNotKeptOutByAWorkerThatIsAlwaysBusy() {
        let worker = SerialWorker("test")
        let isOver = Atomic(false)
        @Sendable func again() { if !isOver.load(ordering: .relaxed) { worker.async { again() } } }
        again()
        for _ in 0..<20 { worker.sync {} }
        isOver.store(true, ordering: .relaxed)
    }

    @Test func aWorkerThatIsGoneHasDoneWhatWasDue() {
        let notes = Notes()
        let done = Semaphore()
        do {
            let worker = SerialWorker("test")
            for number in 0..<10 { worker.async { notes.note(number) } }
            worker.async { done.signal() }
        }
        #expect(done.wait(until: .now + .seconds(50)))
        #expect(notes.all.count == 10)
    }

    @Test func aSemaphoreKeepsSignalsAndGivesUpInTime() {
        let semaphore = Semaphore()
        semaphore.signal()
        #expect(semaphore.wait(until: .now - .seconds(1)))
        #expect(!semaphore.wait(until: .now + .milliseconds(1)))
    }
}
