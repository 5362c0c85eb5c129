import Foundation
import Testing

/// The files of the repository, by their paths in it.
enum Repository {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// A source without its comments.
    static func code(_ path: String) throws -> String {
        try text(path).split(separator: "\n").map { line in
            line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
        }.joined(separator: "\n")
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    /// The files with an extension under a directory; none under a file.
    static func files(under directory: String, _ suffix: String) throws -> [String] {
        guard isDirectory(directory) else { return [] }
        let found = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: directory).path)
        return found.filter { $0.hasSuffix("." + suffix) }.map { directory + "/" + $0 }
    }

    /// Where something is that is named by a room and a path in it, whatever floor the room is on; other paths stay.
    static func place(of path: String) throws -> String {
        let room = path.prefix { $0 != "/" }
        let floors = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
        guard let floor = floors.first(where: { isDirectory("Sources/\($0)/\(room)") }) else { return path }
        return "Sources/\(floor)/\(path)"
    }
}
