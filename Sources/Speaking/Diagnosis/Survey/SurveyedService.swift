package import Control
package import Configuration
import FoundationEssentials
import Keeping
package import Sockets

/// The Argot of this host, as a survey looks at it.
package struct SurveyedService {
    /// Its configuration.
    package let configuration: Configuration

    /// The files that it comes from: the main one, the directory of the others if any are there, and those.
    package let configurationFiles: [String]

    /// The control socket as it is written; empty where there is none.
    package let controlPlace: String

    /// The control socket, if its name can be read.
    package let controlSocket: SocketName?

    /// Asks the daemon for its status.
    package let status: () throws -> StatusDocument

    /// A service of its configuration; `main` and `dropIns` are the files that it was read from.
    package init(
        _ configuration: Configuration, main: String, dropIns: String?, controlPlace: String,
        controlSocket: SocketName?,
        status: @escaping () throws -> StatusDocument
    ) {
        self.configuration = configuration
        let directory = dropIns ?? main + ".d"
        let drops = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
            .filter { $0.hasSuffix(".conf") && !$0.hasPrefix(".") }.sorted().map { "\(directory)/\($0)" }
        configurationFiles = [main] + (drops.isEmpty ? [] : [directory]) + drops
        self.controlPlace = controlPlace
        self.controlSocket = controlSocket
        self.status = status
    }

    var modelFile: String { configuration.modelFile }
    /// The file of the envelope model that decides; `nil` for none.
    var envelopeModelFile: String? { Self.expected(configuration.envelopeModel) }
    /// The file of the site's dialects that decide; `nil` for none.
    var siteDialectsFile: String? { Self.expected(configuration.siteDialects) }

    private static func expected(_ place: LearnedPlace?) -> String? { place.flatMap { $0.isExpected ? $0.path : nil } }

    var data: DataDirectory { configuration.files }
}
