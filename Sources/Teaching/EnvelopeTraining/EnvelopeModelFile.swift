package import Envelopes
import Files

/// Envelope models as files.
package enum EnvelopeModelFile {
    /// The model at a path.
    package static func read(_ path: String) throws -> EnvelopeModel {
        var lines = try LineReader(path: path, limit: EnvelopeModelDocument.longestLine + 1)
        var text: [UInt8] = []
        while let line = try lines.next() { text += line.bytes + [0x0a] }
        return try EnvelopeModelDocument.model(from: text, file: path)
    }
}
