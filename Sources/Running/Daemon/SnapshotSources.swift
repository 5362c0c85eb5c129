import Configuration
import Decision
import Dialects
import Envelopes
import FoundationEssentials
import Policy
import SMTP

/// The files that a snapshot is made of, read: dialects, envelopes, what the site has learned.
struct SnapshotSources {
    /// The dialects.
    let model: DialectModel

    /// Where they come from.
    let source: String

    /// When the file of the dialects was written; `nil` for those that Argot ships.
    let written: UnixTime?

    /// The model of envelopes: the one that is named, or the one that Argot has taught itself.
    let envelopes: LearnedFile<EnvelopeModel>

    /// What the site has learned of dialects.
    let siteDialects: LearnedFile<SiteDialects>

    /// Who retries badly.
    let retryList: RetryList

    /// Who is never lied about, beside those that the configuration names.
    let optedOut: RecipientSelection

    /// Reads what the configuration names.
    ///
    /// - Throws: all faults of the first file that has any, each with its place.
    init(_ configuration: Configuration) throws {
        (model, source) = try ModelFile.read(configuration.modelFile).get()
        let attributes = try? FileManager.default.attributesOfItem(atPath: configuration.modelFile)
        written = (attributes?[.modificationDate] as? Date).map {
            UnixTime(seconds: Int64($0.timeIntervalSince1970))
        }
        envelopes = try LearnedFile("envelopes", at: configuration.envelopeModel) {
            try EnvelopeModelDocument.model(from: $0, file: $1)
        }
        siteDialects = try LearnedFile("site dialects", at: configuration.siteDialects) {
            try SiteDialectsDocument.dialects(from: $0, file: $1)
        }
        retryList = try RetryListFile.read(configuration.retryListFile)
        optedOut = RecipientSelection(try OptOutFile.read(configuration.optOutFile))
    }

    /// The configuration's policy with the lists that were read.
    func policy(of configuration: Configuration) -> PolicyConfiguration {
        var policy = configuration.policy
        policy.retryList = retryList
        policy.lieLimits.exceptions.formUnion(optedOut)
        return policy
    }

    /// The snapshot that decides by them under `policy`, for sessions seen from `vantages`.
    ///
    /// - Parameter inForce: what decides now, which stays in force in place of what is faulty.
    func snapshot(
        _ configuration: Configuration, policy: PolicyConfiguration, vantages: [Vantage],
        inForce: DecisionSnapshot? = nil
    ) -> DecisionSnapshot {
        DecisionSnapshot(
            model: model, modelSource: source, policy: policy,
            matching: configuration.dialectMatching == .paper ? .paper : .likelihood,
            envelopes: envelopes.value(inForce: inForce?.envelopes),
            siteDialects: siteDialects.value(inForce: inForce?.siteDialects), learning: configuration.judgementRules,
            vantages: vantages)
    }

    /// What the administrator should hear of the files, though they do not stand in the way.
    var warnings: [String] { [envelopes.fault, siteDialects.fault].compactMap(\.self) }

    /// The files of what was learned and decides.
    var taught: [TaughtFile] { [envelopes.file, siteDialects.file].compactMap(\.self) }
}
