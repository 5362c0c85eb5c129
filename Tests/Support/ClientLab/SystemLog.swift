import Foundation
import Glibc

/// A syslog daemon for one server: takes what comes to a socket, and writes it to a file in the form of syslogd, under the
/// host name `mx`.
final class SystemLog: Sendable {
    /// The file.
    let file: String

    private let descriptor: Int32

    /// Takes lines at the socket `socket`, which is made.
    init(socket path: String, file: String) throws(LabError) {
        self.file = file
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        unlink(path)
        let fits = bytes.count < MemoryLayout.size(ofValue: address.sun_path)
        if fits { withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) } }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        let output = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard fits, status == 0, output >= 0, chmod(path, 0o666) == 0 else {
            let reason = errnoText()
            close(descriptor)
            close(output)
            throw LabError(.unusableDirectory, "no syslog socket (\(reason))", at: path)
        }
        Thread.detachNewThread { [descriptor] in Self.copy(descriptor, to: output) }
    }

    deinit {
        // The thread that reads closes it.
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private static func copy(_ descriptor: Int32, to output: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let line = line(of: buffer.prefix(count))
            _ = line.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
        }
        close(descriptor)
        close(output)
    }

    /// `<22>Nov 30 19:55:24 sendmail[9]: TEXT` with the host's name behind the time, and without the priority.
    private static func line(of message: ArraySlice<UInt8>) -> [UInt8] {
        let text = message.drop { $0 != UInt8(ascii: ">") }.dropFirst().filter { $0 != 0 && $0 != UInt8(ascii: "\n") }
        return text.prefix(16) + Array("mx ".utf8) + text.dropFirst(16) + [UInt8(ascii: "\n")]
    }
}
