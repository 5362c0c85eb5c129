public import Files
import FoundationEssentials
public import SMTP

/// How far logs were read, kept in a file so that the next run goes on from there.
public struct FollowedPositions: Codable, Sendable, Hashable {
    /// By the files' names.
    public var files: [String: FilePosition] = [:]

    /// The journal's cursor.
    public var journal: String?

    /// Nothing was read.
    public init() {}

    private static let largest = 1 << 20

    /// Reads a file of positions; nothing was read where there is none.
    ///
    /// - Throws: `DocumentFault` when it cannot be read or is no such file.
    public static func read(_ path: String) throws(DocumentFault) -> FollowedPositions {
        guard FileManager.default.fileExists(atPath: path) else { return FollowedPositions() }
        var file = try InputFile(path: path)
        var bytes: [UInt8] = []
        while bytes.count < largest, try file.read(upTo: 1 << 16, into: &bytes) > 0 {}
        guard let positions = try? JSONDecoder().decode(FollowedPositions.self, from: Data(bytes)) else {
            throw DocumentFault(
                file: path, line: 0,
                problem: "is not a file of positions: remove it, and the logs are read from their beginning again")
        }
        return positions
    }

    /// Writes the file, whole or not at all.
    public func write(_ path: String) throws(DocumentFault) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // A struct of strings and whole numbers always encodes.
        let data = (try? encoder.encode(self)) ?? Data()
        var file = try OutputFile(path: path, mode: 0o600)
        try file.write(data)
        try file.finish()
    }
}
