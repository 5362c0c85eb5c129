import Control

/// `GET /version`: which release runs, for scripts.
///
/// The example of "Adding a page": a value made from what the daemon knows, and its text. It says nothing of sockets.
package struct VersionPage {
    /// Where it is served.
    package static let path = "/version"

    private let version: String

    /// A page about a release.
    package init(version: String) { self.version = version }

    /// The answer.
    package var response: HTTPResponse { HTTPResponse(body: "argotd \(version)\n") }
}
