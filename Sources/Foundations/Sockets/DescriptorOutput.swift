import Glibc

/// Writing to a descriptor that somebody else has opened, and perhaps shares.
public enum DescriptorOutput {
    /// Writes all of `bytes`, however long the reader takes, whether the descriptor is blocking or not.
    ///
    /// - Returns: whether they were written; not when the reader is gone.
    @discardableResult
    public static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            // unsafe: the bytes are written before the slice changes.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                guard waits(for: descriptor, milliseconds: -1) else { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Writes `bytes` as long as the reader takes them, and waits so many milliseconds for it at most.
    ///
    /// A pipe or socket that has room takes 4,096 bytes without waiting (pipe(7)), blocking or not.
    public static func offer(_ bytes: [UInt8], to descriptor: Int32, milliseconds: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty, waits(for: descriptor, milliseconds: milliseconds) {
            guard write(Array(rest.prefix(4_096)), to: descriptor) else { return }
            rest = rest.dropFirst(4_096)
        }
    }

    /// Whether the descriptor takes more, after `milliseconds` at most.
    private static func waits(for descriptor: Int32, milliseconds: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // unsafe: poll fills in the one structure.
        while true {
            switch unsafe poll(&polled, 1, milliseconds) {
            case 1...: return polled.revents & Int16(POLLOUT) != 0
            case 0: return false
            default: if errno != EINTR { return false }
            }
        }
    }
}
