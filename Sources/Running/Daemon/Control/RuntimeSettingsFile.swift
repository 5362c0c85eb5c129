import Files
import FoundationEssentials
import SMTP
import Synchronization

/// The file of the runtime settings. What could not be written to it holds all the same, as long as the daemon runs.
final class RuntimeSettingsFile: Sendable {
    /// Where it lies.
    let path: String

    private let unsaved = Mutex<RuntimeSettings?>(nil)

    /// The file at `path`, which need not exist.
    init(path: String) {
        self.path = path
    }

    /// The settings in force: those of the file, unless newer ones could not be written; none when there is no file. A
    /// file that cannot be read is a fault.
    func load() -> (settings: RuntimeSettings, faults: [DocumentFault]) {
        if let newer = unsaved.withLock({ $0 }) { return (newer, []) }
        guard FileManager.default.fileExists(atPath: path) else { return (RuntimeSettings(), []) }
        guard let data = FileManager.default.contents(atPath: path) else {
            let problem = "cannot be read: check its permissions; what it says is not in force"
            return (RuntimeSettings(), [DocumentFault(file: path, line: 0, problem: problem)])
        }
        return RuntimeSettings.read(String(decoding: data, as: UTF8.self), file: path)
    }

    /// Writes the settings, all or nothing. Those that cannot be written are kept here.
    ///
    /// - Returns: why they cannot be written, and what to do; `nil` when they are.
    func save(_ settings: RuntimeSettings) -> DocumentFault? {
        unsaved.withLock { unsaved in
            do throws(DocumentFault) {
                try OutputFile.write(settings.text(at: DaemonState.unixTime), replacing: path, mode: 0o640)
                unsaved = nil
                return nil
            } catch {
                unsaved = settings
                return error
            }
        }
    }

    /// Keeps settings here, beside a file that is not to be touched.
    func hold(_ settings: RuntimeSettings) { unsaved.withLock { $0 = settings } }

    /// Tries again to write what could not be written.
    func saveAgain() {
        if let newer = unsaved.withLock({ $0 }) { _ = save(newer) }
    }
}
