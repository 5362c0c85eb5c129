import Control
import Synchronization
import Threads

/// Answers requests that may take long, one after the other, off the thread of the control socket.
final class RequestQueue: Sendable {
    private let worker: SerialWorker
    private let waiting = Mutex(0)
    private let capacity: Int
    private let refusal: String

    /// A queue that holds so many requests at most, the one in progress included, and refuses others with a word.
    init(_ name: String, capacity: Int, refusal: String) {
        worker = SerialWorker(name)
        self.capacity = capacity
        self.refusal = refusal
    }

    /// How a request is handled whose answer `respond` makes.
    func handling(_ respond: @escaping @Sendable () -> HTTPResponse) -> HTTPHandling {
        let hasRoom = waiting.withLock { waiting in
            guard waiting < capacity else { return false }
            waiting += 1
            return true
        }
        guard hasRoom else { return .now(.failure(503, refusal)) }
        return .later { [self] done in
            worker.async {
                let response = respond()
                self.waiting.withLock { $0 -= 1 }
                done(response)
            }
        }
    }
}
