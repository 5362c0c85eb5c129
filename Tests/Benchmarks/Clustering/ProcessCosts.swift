import Glibc

/// What this process has used so far, as the kernel tells.
struct ProcessCosts {
    /// Resident memory now, in bytes.
    var resident = 0

    /// Of that pages of files, mostly the program's own code as far as it has run.
    var ofFiles = 0

    /// The most that was resident since the last `resetPeak`, in bytes.
    var peak = 0

    static func now() -> ProcessCosts {
        var costs = ProcessCosts()
        for line in (try? TextFile.lines(of: "/proc/self/status")) ?? [] {
            let number = Int(line.filter { $0.isNumber }) ?? 0
            if line.hasPrefix("VmRSS:") { costs.resident = number * 1_024 }
            if line.hasPrefix("RssFile:") { costs.ofFiles = number * 1_024 }
            if line.hasPrefix("VmHWM:") { costs.peak = number * 1_024 }
        }
        return costs
    }

    /// Lets the peak begin anew at what is resident now.
    static func resetPeak() { try? TextFile.write("5", to: "/proc/self/clear_refs") }

    /// Processor time of all threads, in seconds: on a busy machine a better measure than the clock.
    static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// A number with a fixed count of decimals.
func decimal(_ value: Double, _ digits: Int) -> String {
    let scale = pow(10.0, Double(digits))
    let rounded = Int((value * scale).rounded())
    let fraction = String(abs(rounded) % Int(scale))
    return "\(rounded < 0 ? "-" : "")\(abs(rounded) / Int(scale))."
        + String(repeating: "0", count: digits - fraction.count) + fraction
}
