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

    /// The model of envelopes, if one is named.
    let envelopes: EnvelopeModel?

    /// What the site has learned of dialects.
    let siteDialects: SiteDialectsFile.Reading

    /// Who retries badly.
    let retryList: RetryList

    /// Reads what the configuration names.
    ///
    /// - Throws: all faults of the first file that has any, each with its place.
    init(_ configuration: Configuration) throws {
        (model, source) = try ModelFile.read(configuration.modelFile).get()
        let attributes = try? FileManager.default.attributesOfItem(atPath: configuration.modelFile)
        written = (attributes?[.modificationDate] as? Date).map {
            UnixTime(seconds: Int64($0.timeIntervalSince1970))
        }
        envelopes = try Self.envelopes(configuration.envelopeModelFile)
        siteDialects = try SiteDialectsFile.read(configuration)
        retryList = try RetryListFile.read(configuration.retryListFile)
    }

    /// The configuration's policy with the list that was read.
    func policy(of configuration: Configuration) -> PolicyConfiguration {
        var policy = configuration.policy
        policy.retryList = retryList
        return policy
    }

    /// The snapshot that decides by them under `policy`, for sessions seen from `vantages`.
    ///
    /// - Parameter inForce: what decides now, which stays in force in place of what is faulty.
    func snapshot(
        _ configuration: Configuration, policy: PolicyConfiguration, vantages: [Vantage],
        inForce: DecisionSnapshot? = nil
    ) -> DecisionSnapshot {
        let site: SiteDialects? =
            switch siteDialects {
            case .read(let read): read
            case .none: nil
            case .faulty: inForce?.siteDialects
            }
        return DecisionSnapshot(
            model: model, modelSource: source, policy: policy,
            matching: configuration.dialectMatching == .paper ? .paper : .likelihood, envelopes: envelopes,
            siteDialects: site, learning: configuration.judgementRules,
            vantages: vantages)
    }

    /// What the administrator should hear of the files, though they do not stand in the way.
    var warning: String? {
        guard case .faulty(let fault) = siteDialects else { return nil }
        return "what was learned of this site's dialects stays as it is: \(fault)"
    }

    private static func envelopes(_ path: String) throws -> EnvelopeModel? {
        guard !path.isEmpty else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DocumentFault(file: path, line: 0, problem: "cannot be read: check path and permissions")
        }
        return try EnvelopeModelDocument.model(from: data, file: path)
    }
}
