import Glibc
import Synchronization

/// Answers that were made on other threads, on their way to a loop's: a list, and a pipe that wakes the loop.
final class LateAnswers: Sendable {
    private struct State {
        var answers: [(number: UInt64, answer: SocketAnswer)] = []
        /// The pipe's end that wakes; -1 when the loop has been told to end.
        var writing: Int32
    }

    /// The pipe's end to poll.
    let reading: Int32

    private let state: Mutex<State>

    init() throws(SocketError) {
        var ends: [Int32] = [-1, -1]
        // unsafe: pipe2 fills the array of two.
        guard unsafe pipe(&ends) == 0 else { throw .system("cannot make a pipe", remedy: "raise LimitNOFILE") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        reading = ends[0]
        state = Mutex(State(writing: ends[1]))
    }

    /// Hands over the answer to the connection of that number, from any thread.
    func put(_ answer: SocketAnswer, for number: UInt64) {
        state.withLock { state in
            guard state.writing >= 0 else { return }
            state.answers.append((number, answer))
            // unsafe: writes one byte of the string. A full pipe wakes as well.
            unsafe _ = write(state.writing, "a", 1)
        }
    }

    /// What has come in; `nil` when the loop is to end.
    func take() -> [(number: UInt64, answer: SocketAnswer)]? {
        var bytes = [UInt8](repeating: 0, count: 256)
        return state.withLock { state in
            guard state.writing >= 0 else { return nil }
            // unsafe: read fills at most the array.
            while unsafe read(reading, &bytes, bytes.count) == bytes.count {}
            defer { state.answers = [] }
            return state.answers
        }
    }

    /// Tells the loop to end. Answers that come later are dropped.
    func close() {
        state.withLock { state in
            if state.writing >= 0 { Glibc.close(state.writing) }
            state.writing = -1
        }
    }

    /// The loop has ended.
    func closeReading() { Glibc.close(reading) }
}
