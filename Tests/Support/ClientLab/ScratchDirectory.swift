import Foundation
import Glibc

/// A directory of one's own below the system's temporary directory, removed with its owner.
///
/// Its mode is 0755, so that programs that drop privileges (Postfix, its delivery agent) can reach what is inside.
public final class ScratchDirectory: Sendable {
    /// The absolute path.
    public let path: String
    private let isKept: Bool

    /// Makes a fresh directory whose name begins with `prefix`; `keeping` leaves it in place afterwards.
    public init(prefix: String = "argot-lab", keeping: Bool = false) throws(LabError) {
        var template = Array("/tmp/\(prefix).XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw LabError(.unusableDirectory, "cannot make a scratch directory (\(errnoText()))", at: "/tmp")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isKept = keeping
        chmod(path, 0o755)
    }

    deinit {
        if !isKept { remove() }
    }

    /// Removes the directory and everything in it.
    public func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// The text of the current `errno`.
func errnoText() -> String {
    String(cString: strerror(errno))
}
