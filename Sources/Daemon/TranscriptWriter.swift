import Configuration
import FoundationEssentials
import Logging
import SMTP
import Sessions
import Synchronization
import SystemPackage

/// Appends transcripts to a file, one JSON object a line. When the file is full it becomes `FILE.1`, and a new one
/// begins: two files at most.
final class TranscriptWriter: Sendable {
    private struct State {
        var path: String
        var maximumSize: Int
        var file: FileDescriptor?
        var size: Int64 = 0
        var hasFailed = false
    }

    private let state: Mutex<State>
    private let isOnFlag: Atomic<Bool>

    init(_ configuration: Configuration) {
        state = Mutex(
            State(path: configuration.transcriptFile, maximumSize: configuration.transcriptMaximumSize))
        isOnFlag = Atomic(!configuration.transcriptFile.isEmpty)
    }

    /// Whether transcripts are written at all.
    var isOn: Bool { isOnFlag.load(ordering: .relaxed) }

    func reconfigure(_ configuration: Configuration) {
        state.withLock { state in
            try? state.file?.close()
            state = State(path: configuration.transcriptFile, maximumSize: configuration.transcriptMaximumSize)
        }
        isOnFlag.store(!configuration.transcriptFile.isEmpty, ordering: .relaxed)
    }

    /// Appends a transcript. A file that cannot be written is reported once, until the next reload.
    func write(_ transcript: SessionTranscript, logger: Logger) {
        let line = TranscriptDocument.line(for: transcript) + "\n"
        state.withLock { state in
            guard !state.path.isEmpty, !state.hasFailed else { return }
            do {
                if state.size + Int64(line.utf8.count) > Int64(state.maximumSize), state.size > 0 {
                    try state.file?.close()
                    state.file = nil
                    try Self.move(state.path, to: state.path + ".1")
                }
                if state.file == nil {
                    let file = try FileDescriptor.open(
                        FilePath(state.path), .writeOnly, options: [.append, .create, .closeOnExec],
                        permissions: [.ownerReadWrite, .groupRead])
                    state.size = try file.seek(offset: 0, from: .end)
                    state.file = file
                }
                state.size += Int64(try state.file?.writeAll(line.utf8) ?? 0)
            } catch {
                state.hasFailed = true
                logger.error(
                    "transcripts are not written until the next reload",
                    metadata: ["file": "\(state.path)", "problem": "\(error)"])
            }
        }
    }

    /// Removes the files written so far; returns them. The next transcript begins a new one.
    func removeFiles() -> [String] {
        state.withLock { state in
            try? state.file?.close()
            state.file = nil
            state.size = 0
            guard !state.path.isEmpty else { return [] }
            return [state.path, state.path + ".1"].filter { (try? FileManager.default.removeItem(atPath: $0)) != nil }
        }
    }

    private static func move(_ path: String, to target: String) throws {
        let files = FileManager.default
        if files.fileExists(atPath: target) { try files.removeItem(atPath: target) }
        try files.moveItem(atPath: path, toPath: target)
    }
}
