import Envelopes
import FoundationEssentials

/// Envelope models as files of the shelf.
enum EnvelopeModelFile {
    /// The model at a path; `nil` for what cannot be read, which is then no rival.
    static func read(_ path: String) -> EnvelopeModel? {
        FileManager.default.contents(atPath: path).flatMap { data in
            try? EnvelopeModelDocument.model(from: data, file: path)
        }
    }
}
