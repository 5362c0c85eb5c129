internal import Processes

/// What tells whether the clock is right.
public struct ClockReading: Sendable, Hashable {
    /// The clock, in seconds since 1970.
    public var now: Int64

    /// The newest time in the journal; `nil` without one.
    public var newest: Int64?

    /// Whether the system says that its clock is kept by NTP; `nil` where it does not say.
    public var isSynchronized: Bool?

    /// A reading from its parts.
    public init(now: Int64, newest: Int64? = nil, isSynchronized: Bool? = nil) {
        self.now = now
        self.newest = newest
        self.isSynchronized = isSynchronized
    }

    /// Asks systemd whether the clock is kept by NTP.
    public static func isSynchronized() -> Bool? {
        guard let run = try? ProgramRun("timedatectl", ["show", "--property=NTPSynchronized", "--value"], limit: 10)
        else { return nil }
        return run.output.hasPrefix("yes") ? true : run.output.hasPrefix("no") ? false : nil
    }

    /// The findings.
    public var findings: [Finding] {
        let remedy = ["apt-get install systemd-timesyncd", "timedatectl set-ntp true"]
        // 2020-01-01: a machine without a clock battery begins at 1970.
        if now < 1_577_836_800 {
            return [Finding("clock.unset", .problem, at: "clock", "the clock was never set", remedy: remedy)]
        }
        if let newest, newest > now + 60 {
            return [
                Finding(
                    "clock.backwards", .problem, at: "clock",
                    "the newest verdict is \(newest - now) seconds in the future: the clock was set back, and "
                        + "greylisted clients wait that much longer",
                    remedy: remedy)
            ]
        }
        if isSynchronized == false {
            return [
                Finding(
                    "clock.unsynchronized", .warning, at: "clock", "nothing synchronises the clock (NTP)",
                    remedy: remedy)
            ]
        }
        return [Finding("clock", .ok, at: "clock", "consistent with the journal")]
    }
}
