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
    var envelopeModelFile: String { configuration.envelopeModelFile }
    var siteDialectsPath: String { configuration.siteDialectsPath }
    /// Whether there should be a file of the site's dialects: it is named, or it is there.
    var hasSiteDialects: Bool {
        configuration.learning
            && (!configuration.siteDialectsFile.isEmpty || FileManager.default.fileExists(atPath: siteDialectsPath))
    }
    var data: DataDirectory { configuration.files }
}
