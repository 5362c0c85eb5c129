private import Glibc

/// Why a signing key is not usable.
public enum SigningKeyError: Error, Hashable, Sendable {
    /// The file is not a signing key.
    case notAKey(file: String)

    /// A new key is not written over a file that is there.
    case exists(file: String)

    /// The file's permissions let the group write or anybody else read; `mode` holds the permission bits.
    case exposed(file: String, mode: UInt32)

    /// The path names a directory, a device, a symbolic link or another thing that is no regular file.
    case notRegularFile(file: String)

    /// The system refused an operation.
    case system(file: String, operation: String, errno: Int32)
}

extension SigningKeyError: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .notAKey(let file):
            "\(file): not a signing key: restore it from a backup, or make a new one with argot senders key new"
        case .exists(let file):
            "\(file): a file is there already and is kept: name another one, or remove it first; whoever knows the old "
                + "public key must be given the new one"
        case .exposed(let file, let mode):
            "\(file): mode \(String(mode, radix: 8)) exposes the signing key: run chmod 600 on it"
        case .notRegularFile(let file): "\(file): not a regular file: use the path of the signing key itself"
        case .system(let file, let operation, ENOENT):
            "\(file): cannot \(operation) the signing key: it does not exist: make one with argot senders key new"
        case .system(let file, let operation, let errno):
            "\(file): cannot \(operation) the signing key: \(Self.message(errno)): check the directory and its owner"
        }
    }

    /// The system's words for an error number.
    private static func message(_ number: Int32) -> String {
        var text = [CChar](repeating: 0, count: 256)
        // The buffer outlives the call, which writes at most its length and ends with NUL.
        return unsafe text.withUnsafeMutableBufferPointer { buffer in
            guard unsafe strerror_r(number, buffer.baseAddress!, buffer.count) == 0 else { return "error \(number)" }
            return unsafe String(cString: buffer.baseAddress!)
        }
    }
}
