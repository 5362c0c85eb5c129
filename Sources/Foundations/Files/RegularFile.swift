private import Glibc

/// What lies in a regular file already, for programs that write it again. A device or a pipe has nothing in it, and is not
/// opened: that could wait for ever.
public enum RegularFile {
    /// The first bytes of a file, at most `count`; `nil` where there is none, it cannot be read, or it is not regular.
    public static func beginning(of path: String, upTo count: Int) -> [UInt8]? {
        var status = stat()
        // unsafe, here and below: path strings are passed, and variables and buffers filled, for the length of a system call.
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: min(count, Int(clamping: status.st_size)))
        var length = 0
        while length < bytes.count {
            let start = length
            let read = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress! + start, $0.count - start)
            }
            guard read > 0 else { break }
            length += read
        }
        return Array(bytes[..<length])
    }

    /// Whether a file holds exactly these bytes. O(length).
    public static func holds(_ bytes: [UInt8], at path: String) -> Bool {
        beginning(of: path, upTo: bytes.count + 1) == bytes
    }
}
