import Glibc

/// Asks again and again, with growing pauses, until something is so or the deadline passes.
///
/// For conditions nothing announces: a file another program writes, a child that may have ended.
public enum Poll {
    /// Whether `condition` became true before `deadline`; it is asked at least once. Pauses grow from 1 to 25 ms.
    public static func until(_ deadline: Deadline, _ condition: () throws -> Bool) rethrows -> Bool {
        var pause: UInt32 = 1000
        while true {
            if try condition() { return true }
            if deadline.hasPassed { return false }
            usleep(pause)
            pause = min(pause * 2, 25000)
        }
    }
}
