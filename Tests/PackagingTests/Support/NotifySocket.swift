import ClientLab
import Foundation
import Glibc

/// The service manager's end of sd_notify(3).
final class NotifySocket: Sendable {
    /// What `NOTIFY_SOCKET` has to say.
    let address: String
    private let descriptor: Int32

    /// A socket at a path, or with a name of the abstract namespace, which begins with `@`.
    init(_ address: String) throws {
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { buffer in
            buffer.copyBytes(from: address.utf8)
            if address.hasPrefix("@") { buffer[0] = 0 }
        }
        let length = MemoryLayout<sa_family_t>.size + address.utf8.count
        let isBound = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) == 0 }
        }
        guard isBound else { throw LabError(.unusableDirectory, "cannot bind", at: address) }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// The next message; nil when none comes within a minute.
    func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// The next message that is not the watchdog's.
    func nextChange() -> String? {
        while let message = next() {
            if message != "WATCHDOG=1" { return message }
        }
        return nil
    }

    /// Whether a message of the watchdog comes, whatever comes before it.
    func hearsWatchdog() -> Bool {
        while let message = next() {
            if message == "WATCHDOG=1" { return true }
        }
        return false
    }
}
