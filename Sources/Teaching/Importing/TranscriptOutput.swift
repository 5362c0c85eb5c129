import Files
package import SMTP
import Sessions

/// Where transcripts are written, one a line.
package final class TranscriptOutput {
    private var file: OutputFile?
    private let label: String?
    private let kind: String?

    /// Transcripts written so far.
    package private(set) var count = 0

    /// Opens the file, or the standard output for `-`.
    ///
    /// - Parameters:
    ///   - label: replaces what the transcripts say their client is.
    ///   - kind: replaces the finer word for it.
    package init(path: String, label: String?, kind: String?) throws {
        self.label = label
        self.kind = kind
        file = try OutputFile(path: path, mode: 0o600)
    }

    /// Writes a transcript.
    package func write(_ transcript: SessionTranscript) throws {
        var transcript = transcript
        if let label { transcript.labelGuess = label }
        if let kind { transcript.kind = kind }
        do throws(DocumentFault) {
            try file?.write((TranscriptDocument.line(for: transcript) + "\n").utf8)
        } catch {
            throw ImportWriteFailure(error)
        }
        count += 1
    }

    /// Writes what is left; a regular file is in its place only then.
    package func close() throws { try file.take()?.finish() }
}
