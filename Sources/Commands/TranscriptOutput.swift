import Files
import SMTP
import Sessions

/// Where transcripts are written, one a line.
final class TranscriptOutput {
    private var file: OutputFile?
    private let label: String?
    private let kind: String?

    /// Transcripts written so far.
    private(set) var count = 0

    /// Opens the file, or the standard output for `-`.
    ///
    /// - Parameters:
    ///   - label: replaces what the transcripts say their client is.
    ///   - kind: replaces the finer word for it.
    init(path: String, label: String?, kind: String?) throws {
        self.label = label
        self.kind = kind
        file = try OutputFile(path: path, mode: 0o600)
    }

    /// Writes a transcript.
    func write(_ transcript: SessionTranscript) throws {
        var transcript = transcript
        if let label { transcript.labelGuess = label }
        if let kind { transcript.kind = kind }
        do throws(DocumentFault) {
            try file?.write((TranscriptDocument.line(for: transcript) + "\n").utf8)
        } catch {
            // Faults of documents are those of what is read: a command may go on after one.
            throw CommandError("\(error)")
        }
        count += 1
    }

    /// Writes what is left; a regular file is in its place only then.
    func close() throws { try file.take()?.finish() }
}
