import Glibc

/// TCP ports on 127.0.0.1.
public enum LoopbackPort {
    /// A port nobody listens on at the moment; somebody else may take it before it is used.
    public static func free() throws(LabError) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard descriptor >= 0, status == 0 else {
            throw LabError(.connectionFailed, "no free port (\(errnoText()))", at: "127.0.0.1")
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// The socket address of `port` on 127.0.0.1.
    static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
