/// Why a key is not usable.
public enum HashingKeyError: Error, Hashable, Sendable {
    /// A key of another length than ``HashingKey/byteCount``; `file` is `nil` for bytes that came from no file.
    case wrongLength(file: String?, count: Int)

    /// The file's permissions let the group write or anybody else read; `mode` holds the permission bits.
    case exposed(file: String, mode: UInt32)

    /// The path names a directory, a device, a symbolic link or another thing that is no regular file.
    case notRegularFile(file: String)

    /// The system refused an operation.
    case system(file: String, operation: String, errno: Int32)
}

extension HashingKeyError: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .wrongLength(let file, let count):
            "\(file.map { "\($0): the" } ?? "the") hashing key has \(count) bytes instead of \(HashingKey.byteCount): "
                + "restore the file from a backup, or remove it to start with a new key and without old hashes"
        case .exposed(let file, let mode):
            "\(file): mode \(String(mode, radix: 8)) exposes the hashing key: run chmod 600 on it"
        case .notRegularFile(let file):
            "\(file): not a regular file: use the path of the hashing key itself"
        case .system(let file, let operation, let errno):
            "\(file): cannot \(operation) the hashing key: \(systemMessage(errno)): check the directory and its owner"
        }
    }
}
