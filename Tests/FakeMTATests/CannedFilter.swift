import FakeMTA
import Foundation

/// A filter that sends bytes it was given beforehand to whoever connects, and then either stays or goes.
///
/// It stands for everything a broken filter may say.
final class CannedFilter: Sendable {
    let socket: String
    private let directory: TemporaryDirectory
    private let listener: Int32
    private let accepted = DispatchSemaphore(value: 0)

    /// - Parameter closes: whether it closes behind its bytes; otherwise it is silent until the peer closes.
    init(sending bytes: [UInt8], closes: Bool) throws {
        directory = try TemporaryDirectory()
        let path = directory.file("socket")
        socket = "unix:" + path
        let listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 1) == 0 else { throw FakeMTAError.system(call: "bind", errno: errno) }
        Thread.detachNewThread { [accepted] in
            let peer = accept(listener, nil, nil)
            accepted.signal()
            if peer >= 0 { CannedFilter.serve(peer, bytes, closes) }
        }
    }

    deinit {
        // Ends an accept(2) nobody has connected to; the descriptor must not be used again before that.
        shutdown(listener, Int32(SHUT_RDWR))
        accepted.wait()
        close(listener)
    }

    private static func serve(_ peer: Int32, _ bytes: [UInt8], _ closes: Bool) {
        send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if closes { shutdown(peer, Int32(SHUT_WR)) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(peer, &buffer, buffer.count) > 0 {}
        close(peer)
    }
}
