import CMilter
import Glibc

extension MilterServer {
    /// How a drain ended.
    public struct DrainReport: Sendable, Hashable {
        /// Sessions that were under way when it began.
        public var underWay: Int
        /// Sessions that were still under way when the time was over; their mail servers take the default action.
        public var abandoned: Int
    }

    /// Stops the filter without leaving a session unanswered: takes no new connections, waits for the sessions under
    /// way, `seconds` at most, then stops libmilter, which takes a few milliseconds more (five seconds at worst).
    ///
    /// libmilter itself answers nothing any more once it has been told to stop, so the order matters.
    public func drain(within seconds: Int) -> DrainReport {
        gate.close()
        let underWay = counts.active
        var remaining = seconds * 100
        while counts.active > 0, remaining > 0 {
            usleep(10_000)
            remaining -= 1
        }
        let abandoned = counts.active
        Thread.start { _ = argot_milter_stop() }
        // The listener sleeps in poll() for up to five seconds and holds the lock that smfi_stop wants; connections to
        // the stand-in socket wake it.
        for _ in 0..<1_200 where state == .running {
            gate.wakeListener()
            usleep(5_000)
        }
        return DrainReport(underWay: underWay, abandoned: abandoned)
    }

    /// Stops taking connections while file descriptors run out, and takes them again when there are some: libmilter's
    /// listener would spin on EMFILE. Call it about once a second.
    ///
    /// - Returns: whether connections are taken.
    @discardableResult
    public func guardDescriptors() -> Bool { gate.guardDescriptors() }
}
