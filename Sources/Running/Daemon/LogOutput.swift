import Configuration
import FoundationEssentials
import Logging
import Synchronization

/// Where log lines go, and in which form; both change at a reload. Nothing that writes a line waits for its reader.
final class LogOutput: Sendable {
    private struct Settings {
        var format: LogLine.Format
        var isOn: Bool
    }

    private let settings: Mutex<Settings>
    private let pipe: LogPipe

    init(_ configuration: Configuration) {
        let format = Self.settings(configuration).format
        settings = Mutex(Self.settings(configuration))
        pipe = LogPipe { missing in
            var line = LogLine(event: "argotd")
            line.add("level", Logger.Level.warning.rawValue)
            line.add("message", "log lines were dropped, because nobody read the log")
            line.add("dropped", "\(missing)")
            return line.rendered(as: format, at: Date().timeIntervalSince1970)
        }
    }

    /// Whether lines go anywhere.
    var isOn: Bool { settings.withLock { $0.isOn } }

    /// Lines that were dropped since the start, and bytes that wait for a reader.
    var counts: (dropped: UInt64, waitingBytes: Int) { (pipe.dropped, pipe.waitingBytes) }

    func reconfigure(_ configuration: Configuration) { settings.withLock { $0 = Self.settings(configuration) } }

    /// Takes in lines for standard error.
    func write(_ lines: [LogLine]) {
        let settings = settings.withLock { $0 }
        guard settings.isOn, !lines.isEmpty else { return }
        let now = Date().timeIntervalSince1970
        var text: [UInt8] = []
        text.reserveCapacity(lines.count * 384)
        for line in lines { line.append(to: &text, as: settings.format, at: now) }
        pipe.write(text, lines: lines.count)
    }

    /// Waits until everything is written, for `limit` at most: at the end of the process.
    func drain(within limit: Duration) { pipe.drain(within: limit) }

    private static func settings(_ configuration: Configuration) -> Settings {
        Settings(format: configuration.logFormat == .json ? .json : .text, isOn: configuration.logDestination != .none)
    }
}

/// What the daemon itself has to say, in the form of the other lines.
struct LineLogHandler: LogHandler {
    let output: LogOutput
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    init(output: LogOutput) {
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = LogLine(event: "argotd")
        line.add("level", event.level.rawValue)
        line.add("message", "\(event.message)")
        for (key, value) in (event.metadata ?? [:]).merging(metadata, uniquingKeysWith: { new, _ in new })
            .sorted(by: { $0.key < $1.key })
        {
            line.add(key, "\(value)")
        }
        output.write([line])
    }
}
