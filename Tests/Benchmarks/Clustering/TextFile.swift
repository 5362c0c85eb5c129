import Glibc

/// Small files, read and written whole.
enum TextFile {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func lines(of path: String) throws -> [String] {
        guard let file = fopen(path, "r") else { throw Failure(description: "\(path): cannot be read") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw Failure(description: "\(path): cannot be written") }
        defer { fclose(file) }
        fputs(text, file)
    }
}
