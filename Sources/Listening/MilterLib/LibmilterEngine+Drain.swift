import CMilter
import Glibc
public import Milter
import Threads

extension LibmilterEngine {
    /// Stops the filter without leaving a session unanswered: takes no new connections, waits for the sessions under
    /// way, `seconds` at most, then stops libmilter, which takes a few milliseconds more (five seconds at worst).
    ///
    /// libmilter itself answers nothing any more once it has been told to stop, so the order matters.
    public func drain(within seconds: Int) -> MilterDrainReport {
        gate.close()
        let report = places.drain(within: seconds) { gate.connections }
        stopper.async { _ = argot_milter_stop() }
        // The listener sleeps in poll() for up to five seconds and holds the lock that smfi_stop wants; connections to
        // the stand-in socket wake it.
        for _ in 0..<1_200 where state == .running {
            gate.wakeListener()
            usleep(5_000)
        }
        return report
    }

    /// Stops taking connections while file descriptors run out, and takes them again when there are some: libmilter's
    /// listener would spin on EMFILE. Call it about once a second.
    ///
    /// - Returns: whether connections are taken.
    @discardableResult
    public func guardDescriptors() -> Bool { gate.guardDescriptors() }
}
