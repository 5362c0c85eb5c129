import Glibc
import Tap
import Threads

/// The main program: arguments, signals, messages, exit codes.
public enum TapMain {
    /// Runs argot-tap, and ends the process: with 0, or 64 for arguments that are not understood, or 1.
    public static func run() -> Never {
        ProcessSignals.prepareProcess()
        do {
            switch try TapOptions.read(Array(CommandLine.arguments.dropFirst())) {
            case .say(let text): say(text, to: 1)
            case .run(let options): try run(options)
            }
            exit(0)
        } catch {
            say("argot-tap: \(error)", to: 2)
            exit(error.isUsage ? 64 : 1)
        }
    }

    private static func run(_ options: TapOptions) throws(TapFault) {
        if let path = options.record { return try record(options, to: path) }
        var program = try TapProgram(options)
        say("capturing", to: 2)
        try program.run(isStopped: { ProcessSignals.wait(seconds: 0) == .stop }, print: { say($0, to: 1) })
        let counts = program.counts
        say(
            "packets=\(counts.packets) dropped=\(counts.dropped) connections=\(counts.connections) lost=\(counts.lost) "
                + "unsent=\(counts.unsent)", to: 2)
    }

    private static func record(_ options: TapOptions, to path: String) throws(TapFault) {
        var recording = try TapRecording(options, to: path)
        say("recording", to: 2)
        try recording.run(isStopped: { ProcessSignals.wait(seconds: 0) == .stop })
        say(recording.summary, to: 2)
    }

    private static func say(_ text: String, to descriptor: Int32) {
        var rest = Array((text + "\n").utf8)[...]
        while !rest.isEmpty {
            // unsafe: the bytes are written before the slice changes.
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
