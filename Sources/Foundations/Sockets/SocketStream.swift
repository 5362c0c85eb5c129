import Glibc

/// A connection to a stream socket of this host that is written without ever waiting, for one who has news and cannot stop
/// for them to be read. It is as good as gone when the other side says anything or leaves.
public final class SocketStream: Sendable {
    /// The descriptor, to be waited for with poll(2).
    public let descriptor: Int32

    /// Connects at once; `nil` if nobody listens, or nobody accepts.
    public init?(toPath path: String) {
        let descriptor = Glibc.socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        // unsafe: the address lives as long as the call.
        let isConnected = unsafe SocketListener.withAddress(path: path) { address, length in
            unsafe Glibc.connect(descriptor, address, length) == 0
        }
        guard isConnected else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Writes what the socket takes at once.
    ///
    /// - Returns: how many bytes were taken; `nil` when the other side is gone.
    public func offer(_ bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while !rest.isEmpty {
            // unsafe: the bytes are sent before the slice changes.
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                return nil
            }
        }
        return bytes.count - rest.count
    }

    /// Whether the other side is still there, as far as can be told without waiting.
    public var isOpen: Bool {
        var byte: UInt8 = 0
        // unsafe: one byte is read into a variable.
        let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
        return count < 0 && (errno == EAGAIN || errno == EINTR)
    }
}
