import SMTP
import Sessions
import SystemPackage

/// Where transcripts are written, one a line.
final class TranscriptOutput {
    private static let blockSize = 1 << 16

    private let path: String
    private let descriptor: FileDescriptor
    private let label: String?
    private let kind: String?
    private var buffer: [UInt8] = []

    /// Transcripts written so far.
    private(set) var count = 0

    /// Opens the file, or the standard output for `-`.
    ///
    /// - Parameters:
    ///   - label: replaces what the transcripts say their client is.
    ///   - kind: replaces the finer word for it.
    init(path: String, label: String?, kind: String?) throws {
        self.path = path
        self.label = label
        self.kind = kind
        guard path != "-" else {
            descriptor = .standardOutput
            return
        }
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: [.ownerReadWrite])
        } catch {
            throw CommandError("\(path): cannot be written: \(error): check path and permissions")
        }
    }

    /// Writes a transcript.
    func write(_ transcript: SessionTranscript) throws {
        var transcript = transcript
        if let label { transcript.labelGuess = label }
        if let kind { transcript.kind = kind }
        buffer += TranscriptDocument.line(for: transcript).utf8
        buffer.append(0x0a)
        count += 1
        if buffer.count >= Self.blockSize { try flush() }
    }

    /// Writes what is left and closes the file.
    func close() throws {
        try flush()
        if path != "-" { try descriptor.close() }
    }

    private func flush() throws {
        do {
            try descriptor.writeAll(buffer)
        } catch {
            throw CommandError("\(path): cannot be written: \(error)")
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
