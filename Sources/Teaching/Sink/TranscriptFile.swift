import Files
public import SMTP
import Sessions
import Synchronization

/// A file of transcripts, one JSON object per line, as ``Files/AppendedFile``: two files at most.
public final class TranscriptFile: Sendable {
    private struct State: ~Copyable {
        var file: AppendedFile
        var problem: String?
    }

    private let state: Mutex<State>

    /// Opens or makes the file, for appending; only its owner may read a new one.
    public init(path: String, maximumSize: Int64 = 268_435_456) throws(SinkError) {
        do throws(DocumentFault) {
            state = Mutex(State(file: try AppendedFile(path: path, maximumSize: maximumSize)))
        } catch {
            throw SinkError("\(error)")
        }
    }

    /// What went wrong with writing, if anything did; no more is written then.
    public var problem: String? { state.withLock { $0.problem } }

    /// Appends a transcript.
    public func append(_ transcript: SessionTranscript) {
        let line = TranscriptDocument.line(for: transcript) + "\n"
        state.withLock { state in
            guard state.problem == nil else { return }
            do throws(DocumentFault) {
                try state.file.append(line.utf8)
            } catch {
                state.problem = "transcripts are no longer written: \(error)"
            }
        }
    }
}
