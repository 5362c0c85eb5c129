import FakeMTA
import Foundation

/// An SMTP server on a free loopback port that says what it was told to, a piece per line it hears, and keeps the lines.
final class CannedServer: @unchecked Sendable {  // `heard` is only touched with the condition locked
    let port: UInt16
    private let listener: Int32
    private let condition = NSCondition()
    private var heard: [String] = []
    private var isDone = false

    /// - Parameter pieces: the greeting, then what follows each line; behind the last piece the server closes.
    init(saying pieces: [String]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard result else { throw FakeMTAError.system(call: "bind", errno: errno) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in serve(pieces) }
    }

    /// The lines the client sent, once the conversation is over.
    var lines: [String] {
        condition.withLock {
            while !isDone && condition.wait(until: Date(timeIntervalSinceNow: 10)) {}
            return heard
        }
    }

    private func serve(_ pieces: [String]) {
        let peer = accept(listener, nil, nil)
        close(listener)
        var buffer: [UInt8] = []
        for (index, piece) in pieces.enumerated() where index == 0 || takeLine(peer, &buffer) {
            send(peer, piece, piece.utf8.count, Int32(MSG_NOSIGNAL))
        }
        shutdown(peer, Int32(SHUT_WR))
        while takeLine(peer, &buffer) {}
        close(peer)
        condition.withLock {
            isDone = true
            condition.broadcast()
        }
    }

    private func takeLine(_ peer: Int32, _ buffer: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = ByteText.text(buffer[..<end])
                condition.withLock { heard.append(line) }
                buffer.removeSubrange(...end)
                return true
            }
            let count = read(peer, &chunk, chunk.count)
            guard count > 0 else { return false }
            buffer += chunk[..<count]
        }
    }
}
