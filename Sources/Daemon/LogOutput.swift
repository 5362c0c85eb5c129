import Configuration
import FoundationEssentials
import Logging
import Synchronization
import SystemPackage

/// Where log lines go, and in which form; both change at a reload.
final class LogOutput: Sendable {
    private struct Settings {
        var format: LogLine.Format
        var isOn: Bool
    }

    private let settings: Mutex<Settings>

    init(_ configuration: Configuration) {
        settings = Mutex(Self.settings(configuration))
    }

    /// Whether lines go anywhere.
    var isOn: Bool { settings.withLock { $0.isOn } }

    func reconfigure(_ configuration: Configuration) { settings.withLock { $0 = Self.settings(configuration) } }

    /// Writes lines to standard error in one go. A reader that is gone or full is the reader's loss.
    func write(_ lines: [LogLine]) {
        let settings = settings.withLock { $0 }
        guard settings.isOn, !lines.isEmpty else { return }
        let now = Date().timeIntervalSince1970
        let text = lines.map { $0.rendered(as: settings.format, at: now) }.joined()
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }

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
