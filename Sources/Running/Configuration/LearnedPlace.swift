internal import FoundationEssentials
internal import Keeping

/// Where something learned lies that decides, and whose it is.
///
/// One rule for all of it: a file that the configuration names is the administrator's. It decides as it is, it has to be
/// there, and nothing of Argot writes to it. Where none is named, what `argot teach` has taught decides, once there is any.
public struct LearnedPlace: Hashable, Sendable {
    /// The file.
    public let path: String

    /// The key of the configuration that names the file; `nil` for what Argot has taught itself.
    public let key: String?

    /// A named file, or else the taught one.
    init(_ key: String, named: String, taught: String) {
        path = named.isEmpty ? taught : named
        self.key = named.isEmpty ? nil : key
    }

    /// Whether the administrator has named it.
    public var isNamed: Bool { key != nil }

    /// Whether the file has to be readable: it is named, or it is there.
    public var isExpected: Bool { isNamed || FileManager.default.fileExists(atPath: path) }

    /// What whoever looks at what was taught should know; `nil` where that is what decides.
    public var remark: String? {
        key.map { "\($0) names \(path): that is in force, and nothing that Argot taught itself" }
    }
}

extension Configuration {
    /// Where the model of envelopes lies that decides; `nil` where nothing is learned and none is named.
    public var envelopeModel: LearnedPlace? {
        let place = LearnedPlace("envelope_model", named: envelopeModelFile, taught: files.envelopeModel)
        return learning || place.isNamed ? place : nil
    }

    /// Where the dialects of this site lie that decide; `nil` where nothing is learned and none are named.
    public var siteDialects: LearnedPlace? {
        let place = LearnedPlace("site_dialects", named: siteDialectsFile, taught: files.siteDialects)
        return learning || place.isNamed ? place : nil
    }
}
