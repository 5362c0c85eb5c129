import Configuration
import Files
import FoundationEssentials
import Logging
import SMTP
import Sessions
import Synchronization

/// Appends transcripts to a file, one JSON object per line, as ``Files/AppendedFile``: two files at most. A symbolic
/// link in its place is not followed.
final class TranscriptWriter: Sendable {
    private struct State: ~Copyable {
        var path: String
        var maximumSize: Int
        var file: AppendedFile?
        var hasFailed = false

        init(_ configuration: Configuration) {
            path = configuration.transcriptFile
            maximumSize = configuration.transcriptMaximumSize
        }
    }

    private let state: Mutex<State>
    private let isOnFlag: Atomic<Bool>

    init(_ configuration: Configuration) {
        state = Mutex(State(configuration))
        isOnFlag = Atomic(!configuration.transcriptFile.isEmpty)
    }

    /// Whether transcripts are written at all.
    var isOn: Bool { isOnFlag.load(ordering: .relaxed) }

    func reconfigure(_ configuration: Configuration) {
        state.withLock { $0 = State(configuration) }
        isOnFlag.store(!configuration.transcriptFile.isEmpty, ordering: .relaxed)
    }

    /// Appends a transcript. A file that cannot be written is reported once, until the next reload.
    func write(_ transcript: SessionTranscript, logger: Logger) {
        let line = TranscriptDocument.line(for: transcript) + "\n"
        state.withLock { state in
            guard !state.path.isEmpty, !state.hasFailed else { return }
            do throws(DocumentFault) {
                if state.file == nil {
                    state.file = try AppendedFile(
                        path: state.path, maximumSize: Int64(state.maximumSize), mode: 0o640, followsLinks: false)
                }
                try state.file?.append(line.utf8)
            } catch {
                state.hasFailed = true
                logger.error(
                    "transcripts are not written until the next reload",
                    metadata: ["file": "\(state.path)", "problem": "\(error.problem)"])
            }
        }
    }

    /// Removes the files written so far; returns them. The next transcript begins a new one.
    func removeFiles() -> [String] {
        state.withLock { state in
            state.file = nil
            guard !state.path.isEmpty else { return [] }
            return [state.path, state.path + ".1"].filter { (try? FileManager.default.removeItem(atPath: $0)) != nil }
        }
    }
}
