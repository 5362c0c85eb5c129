import Foundation

/// A directory of its own for a test, removed with everything in it when nobody refers to it any more.
///
/// It lies in `/tmp` and has a short name, because the path of a unix socket has at most 107 bytes.
public final class TemporaryDirectory: Sendable {
    /// The directory's path.
    public let path: String

    /// Makes the directory.
    public init() throws(FakeMTAError) {
        var template = Array("/tmp/argot-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(call: "mkdtemp", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the directory, whether it exists or not.
    public func file(_ name: String) -> String { path + "/" + name }

    /// What a file in the directory holds; empty if there is no such file.
    public func contents(of name: String) -> String {
        FileManager.default.contents(atPath: file(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Writes a file in the directory and returns its path.
    public func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
        return file(name)
    }
}
