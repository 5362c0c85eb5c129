/// The state of a model file, compared with what the daemon has loaded.
public struct ModelReading: Sendable, Hashable {
    /// How old a model of dialects may be before that is worth a word, in seconds: a year. New software appears every
    /// month, and what nobody knows is never refused, so an old model misses bots but harms nobody.
    public static let oldAge: Int64 = 365 * 86_400

    /// The file; `nil` for the dialects that Argot ships.
    public var file: String?
    /// What it is, for people: dialects, envelopes.
    public var what: String
    /// What is wrong with it; empty when nothing is.
    public var faults: [String]
    /// When the file was written, in seconds since 1970.
    public var written: Int64?
    /// When the daemon last read its files; `nil` when it does not run.
    public var loaded: Int64?
    /// The clock.
    public var now: Int64

    /// A reading from its parts.
    public init(
        file: String?, what: String, faults: [String] = [], written: Int64? = nil, loaded: Int64? = nil, now: Int64
    ) {
        self.file = file
        self.what = what
        self.faults = faults
        self.written = written
        self.loaded = loaded
        self.now = now
    }

    /// The findings.
    public var findings: [Finding] {
        let place = file ?? "built-in"
        if !faults.isEmpty {
            return faults.map {
                Finding(
                    "model.invalid", .problem, at: place, "\(what): \($0)",
                    remedy: ["argot reload  # once the file is fixed"])
            }
        }
        if let written, let loaded, written > loaded {
            return [
                Finding(
                    "model.not-loaded", .warning, at: place,
                    "\(what): the file is newer than what the daemon has loaded", remedy: ["argot reload"])
            ]
        }
        if let written, now - written > Self.oldAge {
            return [
                Finding(
                    "model.old", .note, at: place,
                    "\(what): the file is \((now - written) / 86_400) days old: it does not know newer bots",
                    remedy: ["argot help dialects  # to learn from new recordings, or install a newer release"])
            ]
        }
        return [Finding("model", .ok, at: place, "\(what): valid")]
    }
}
