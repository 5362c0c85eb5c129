import FoundationEssentials
public import SMTP
import Sessions
import Synchronization
import SystemPackage

/// A file of transcripts, one JSON object a line. When it is full it becomes `FILE.1` and a new one begins: two files at
/// most.
public final class TranscriptFile: Sendable {
    private struct State {
        var file: FileDescriptor
        var size: Int64
        var problem: String?
    }

    private let path: String
    private let maximumSize: Int64
    private let state: Mutex<State>

    /// Opens or makes the file, for appending; only its owner may read it.
    public init(path: String, maximumSize: Int64 = 268_435_456) throws(SinkError) {
        self.path = path
        self.maximumSize = maximumSize
        do {
            let (file, size) = try Self.open(path)
            state = Mutex(State(file: file, size: size))
        } catch {
            throw SinkError("\(path): cannot be written (\(error)): check path and permissions")
        }
    }

    deinit { state.withLock { try? $0.file.close() } }

    /// What went wrong with writing, if anything did; no more is written then.
    public var problem: String? { state.withLock { $0.problem } }

    /// Appends a transcript.
    public func append(_ transcript: SessionTranscript) {
        let line = TranscriptDocument.line(for: transcript) + "\n"
        state.withLock { state in
            guard state.problem == nil else { return }
            do {
                if state.size > 0, state.size + Int64(line.utf8.count) > maximumSize {
                    try state.file.close()
                    let files = FileManager.default
                    if files.fileExists(atPath: path + ".1") { try files.removeItem(atPath: path + ".1") }
                    try files.moveItem(atPath: path, toPath: path + ".1")
                    (state.file, state.size) = try Self.open(path)
                }
                state.size += Int64(try state.file.writeAll(line.utf8))
            } catch {
                state.problem = "\(path): transcripts are no longer written (\(error))"
            }
        }
    }

    private static func open(_ path: String) throws -> (FileDescriptor, Int64) {
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.append, .create, .closeOnExec], permissions: [.ownerReadWrite])
        return (file, try file.seek(offset: 0, from: .end))
    }
}
