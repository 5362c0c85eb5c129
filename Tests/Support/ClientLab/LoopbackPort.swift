import Glibc
import Synchronization

/// TCP ports on 127.0.0.1.
public enum LoopbackPort {
    /// Where ports are taken from: below those that the system gives to outgoing connections.
    private static let range: Range<Int> = 20_000..<32_000

    /// How many ports were tried; each process begins somewhere else.
    private static let tried = Atomic<Int>(Int(getpid()) * 97 % range.count)

    /// A port nobody listens on. This process gives it away once only, and no outgoing connection takes it; another
    /// process may before it is used.
    public static func free() throws(LabError) -> UInt16 {
        for _ in range {
            let number = tried.add(1, ordering: .relaxed).newValue
            let port = UInt16(range.lowerBound + number % range.count)
            if isFree(port) { return port }
        }
        throw LabError(.connectionFailed, "no free port (\(errnoText()))", at: "127.0.0.1")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: port)
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
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
