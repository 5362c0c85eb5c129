import Glibc

/// A connection of a mail server as the kernel has it. Nothing here waits.
struct MilterSocket {
    let descriptor: Int32

    /// What there is to be read.
    enum Received {
        /// So many bytes.
        case bytes(Int)
        /// Nothing yet.
        case nothing
        /// The mail server has hung up, or the connection is broken.
        case end
    }

    /// Reads into `buffer`.
    func receive(into buffer: inout [UInt8]) -> Received {
        // unsafe: recv fills at most the buffer.
        let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 { return .bytes(count) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .end
    }

    /// Sends what the kernel takes of `bytes`; returns how many that are, `nil` when the connection is broken.
    func send(_ bytes: [UInt8]) -> Int? {
        var sent = 0
        while sent < bytes.count {
            // unsafe: the bytes are read from `sent` on, which is less than there are.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor, buffer.baseAddress! + sent, buffer.count - sent,
                    Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                return nil
            }
        }
        return sent
    }

    func close() { _ = Glibc.close(descriptor) }
}
