import Configuration
import Dialects
import Envelopes
import Files
import FoundationEssentials
import Glibc
import Keeping
import RedisStore
import SMTP
import Synchronization

/// The models that this server teaches itself, as files: what of them others may have, and where theirs go. A file that the
/// configuration names is the administrator's and is neither shared nor replaced.
final class TaughtModels: Sendable {
    private let configuration: Mutex<Configuration>

    private let reload: @Sendable () -> Void

    /// The models of a configuration; `reload` has the daemon read its files again.
    init(_ configuration: Configuration, reload: @escaping @Sendable () -> Void = { kill(getpid(), SIGHUP) }) {
        self.configuration = Mutex(configuration)
        self.reload = reload
    }

    func reconfigure(_ new: Configuration) { configuration.withLock { $0 = new } }

    /// The kinds of models, with the places of those that may be shared.
    private var places: [(kind: String, path: String)] {
        let configuration = configuration.withLock { $0 }
        guard configuration.learning else { return [] }
        let places = [("envelopes", configuration.envelopeModel), ("site-dialects", configuration.siteDialects)]
        return places.compactMap { kind, place in
            place.flatMap { $0.isNamed ? nil : (kind: kind, path: $0.path) }
        }
    }

    /// What is in force here.
    var own: [OwnModel] {
        places.map { kind, path in
            // Of a link that is when it was set: an older model that is in force again is newer.
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let time = (attributes?[.modificationDate] as? Date).map {
                UnixTime(seconds: Int64($0.timeIntervalSince1970))
            }
            return OwnModel(kind: kind, time: time) {
                if Self.leadsNowhere(path) { return [] }
                return FileManager.default.contents(atPath: path).map { Array($0) }
            }
        }
    }

    /// Whether the administrator has gone back to no model.
    private static func leadsNowhere(_ path: String) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return false }
        return ProgramDirectory(String(path[..<slash])).leadsNowhere(String(path[path.index(after: slash)...]))
    }

    /// Writes another server's model where the own one lies, and has it read; an empty one takes it out of force.
    ///
    /// - Returns: whether it is a model, and could be written.
    func take(_ model: SharedModel) -> Bool {
        guard let path = places.first(where: { $0.kind == model.kind })?.path,
            let text = String(validating: model.bytes, as: UTF8.self)
        else { return false }
        let directory = configuration.withLock { $0 }.files.models
        do {
            if model.kind == "envelopes", model.bytes.isEmpty {
                try ProgramDirectory(directory).create()
                try ProgramDirectory(directory).linkNowhere("envelopes.model")
            } else if model.kind == "envelopes" {
                _ = try EnvelopeModelDocument.model(from: model.bytes, file: path)
                try ProgramDirectory(directory).create()
                try OutputFile.write(text, replacing: directory + "/shared.envelopes", mode: 0o640)
                try ProgramDirectory(directory).link("envelopes.model", to: "shared.envelopes")
            } else {
                _ = try SiteDialectsDocument.dialects(from: model.bytes, file: path)
                try ProgramDirectory(directory).create()
                try OutputFile.write(text, replacing: path, mode: 0o640)
            }
        } catch {
            return false
        }
        // The main thread reads everything again.
        reload()
        return true
    }
}
