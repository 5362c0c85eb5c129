import Synchronization

/// Work that a thread of its own does while whoever asked for it does something else; where no thread can be had, it is done
/// when its outcome is asked for.
public final class SideWork<Outcome: Sendable>: Sendable {
    private let body: @Sendable () -> Outcome
    private let isBegun: Bool
    private let result: Box

    private final class Box: Sendable {
        let value = Mutex<Outcome?>(nil)
        let isThere = Semaphore()
    }

    /// Begins `body` on a thread called `name`.
    public init(_ name: String, _ body: @escaping @Sendable () -> Outcome) {
        let box = Box()
        self.body = body
        result = box
        isBegun =
            (try? Thread.start(name) {
                let outcome = body()
                box.value.withLock { $0 = outcome }
                box.isThere.signal()
            }) != nil
    }

    /// Waits for the outcome, which is handed out once.
    public consuming func outcome() -> Outcome {
        guard isBegun else { return body() }
        result.isThere.wait()
        return result.value.withLock { $0.take() } ?? body()
    }
}
