import Sockets
import Synchronization
import Threads

/// Carries the log to whoever reads it, and keeps nobody waiting for that: lines are taken into a bounded queue, and one
/// thread of its own writes them. A reader that stops reading holds up that thread alone. What finds no room is dropped
/// and counted, and the log says how much when it flows again.
final class LogPipe: Sendable {
    private struct Queue {
        var text: [[UInt8]] = []
        var bytes = 0
        /// Lines dropped since the log last flowed, and ever.
        var missing = 0
        var dropped: UInt64 = 0
        var isWriting = false
        var hasThread = false
    }

    private let descriptor: Int32
    private let capacity: Int
    private let notice: @Sendable (_ missing: Int) -> String
    private let queue = Mutex(Queue())
    private let wakes = Semaphore()

    /// The most bytes that wait: some ten thousand lines.
    static let capacity = 4 << 20

    /// A pipe to `descriptor`, which may be blocking or not.
    ///
    /// - Parameters:
    ///   - capacity: the most bytes that wait.
    ///   - notice: the line that says how many lines are missing before it.
    init(
        to descriptor: Int32 = 2, capacity: Int = LogPipe.capacity,
        notice: @escaping @Sendable (_ missing: Int) -> String
    ) {
        self.descriptor = descriptor
        self.capacity = capacity
        self.notice = notice
        ensureThread()
    }

    /// Lines that were dropped since the start.
    var dropped: UInt64 { queue.withLock { $0.dropped } }

    /// Bytes that wait for the reader, what is being written included.
    var waitingBytes: Int { queue.withLock { $0.bytes } }

    /// Takes in `text`, which holds so many lines. Waits for nobody.
    func write(_ text: String, lines: Int = 1) { write(Array(text.utf8), lines: lines) }

    /// The same of a text's bytes.
    func write(_ text: [UInt8], lines: Int) {
        let size = text.count
        queue.withLock { queue in
            guard queue.bytes + size <= capacity else {
                queue.missing += lines
                queue.dropped += UInt64(lines)
                return
            }
            queue.text.append(text)
            queue.bytes += size
        }
        ensureThread()
        wakes.signal()
    }

    /// Waits until everything is written, for `limit` at most.
    func drain(within limit: Duration) {
        let deadline = ContinuousClock.now.advanced(by: limit)
        let pause = Semaphore()
        while queue.withLock({ !$0.text.isEmpty || $0.missing > 0 || $0.isWriting }), ContinuousClock.now < deadline {
            // The system may have had no thread for it until now.
            ensureThread()
            pause.wait(until: .now.advanced(by: .milliseconds(2)))
        }
    }

    /// Starts the thread, where the system has not let it be started before.
    private func ensureThread() {
        let isMissing = queue.withLock { queue in
            defer { queue.hasThread = true }
            return !queue.hasThread
        }
        guard isMissing else { return }
        do throws(ThreadError) {
            try Thread.start("argot-log") { [self] in work() }
        } catch {
            queue.withLock { $0.hasThread = false }
        }
    }

    private func work() {
        while true {
            wakes.wait()
            while let (text, missing) = next() {
                DescriptorOutput.write(text, to: descriptor)
                // Whoever has read what is missing finds room for more.
                queue.withLock { $0.bytes -= text.count }
                if missing > 0 { DescriptorOutput.write(Array(notice(missing).utf8), to: descriptor) }
                queue.withLock { $0.isWriting = false }
            }
        }
    }

    /// What to write next. The lines that are missing came behind what waited when they were dropped, so that is written
    /// in one go before they are mentioned.
    private func next() -> (text: [UInt8], missing: Int)? {
        queue.withLock { queue in
            // Lines may be missing behind the last one that had room, and no other may come for long.
            guard !queue.text.isEmpty || queue.missing > 0 else { return nil }
            let text = queue.text.count == 1 ? queue.text[0] : Array(queue.text.joined())
            queue.text.removeAll()
            queue.isWriting = true
            defer { queue.missing = 0 }
            return (text, queue.missing)
        }
    }
}
