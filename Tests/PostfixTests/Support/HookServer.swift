import Foundation
import Sockets
import Synchronization
import Testing

/// A program at the command hook's socket that behaves as a test wants, and notes what it was asked.
final class HookServer: Sendable {
    /// What is wrong with it.
    enum Fault: Sendable, Hashable, CustomTestStringConvertible {
        /// Nothing: it finds nothing, like argotd.
        case none
        /// There is no socket.
        case absent
        /// A socket that nobody listens on any more.
        case refused
        /// It takes connections and closes them.
        case closes
        /// It answers with bytes of no protocol.
        case garbage
        /// It answers with an error.
        case error
        /// It answers with a command of its own.
        case value
        /// It answers a third of a second later.
        case slow
        /// It never answers.
        case hung
        /// Somebody holds the socket and takes no connection.
        case held
        /// It is gone after so many lookups.
        case dies(after: Int)

        var testDescription: String { "\(self)" }

        /// Whether each command takes longer by it.
        var delays: Bool { [.slow, .hung, .held].contains(self) }
    }

    private struct Conversation: SocketConversation {
        let server: HookServer
        var line: [UInt8] = []

        mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer {
            var answer = SocketAnswer()
            for index in bytes.indices {
                if bytes[index] != UInt8(ascii: "\n") {
                    line.append(bytes[index])
                    continue
                }
                let count = server.note(String(decoding: line, as: UTF8.self))
                line = []
                switch server.fault {
                case .none, .absent, .refused, .held: answer.bytes += Array("END\r\n".utf8)
                case .closes: return SocketAnswer(closes: true)
                case .garbage: answer.bytes += Array("HELLO WORLD\r\n".utf8)
                case .error: answer.bytes += Array("SERVER_ERROR out of everything\r\n".utf8)
                case .value: answer.bytes += Array("VALUE k 0 29\r\nMAIL FROM:<evil@evil.example>\r\nEND\r\n".utf8)
                case .hung: return SocketAnswer(work: { _ in })
                case .slow:
                    return SocketAnswer(work: { done in
                        DispatchQueue.global().asyncAfter(deadline: .now() + 0.33) {
                            done(SocketAnswer(bytes: Array("END\r\n".utf8)))
                        }
                    })
                case .dies(let limit):
                    answer.bytes += Array("END\r\n".utf8)
                    if count >= limit { server.stop() }
                }
            }
            return answer
        }
    }

    let fault: Fault
    private let path: String
    private let asked = Mutex<[String]>([])
    private let parts = Mutex<(listener: SocketListener, loop: SocketLoop)?>(nil)

    /// Every lookup so far, `get HOST/PID:…`.
    var lookups: [String] { asked.withLock { $0 } }

    /// Begins at once.
    init(_ path: String, _ fault: Fault) throws {
        self.fault = fault
        self.path = path
        if fault == .absent { return }
        let listener = try SocketListener(.unix(path: path), mode: 0o666)
        let loop = try SocketLoop(
            listener: listener, conversationWith: { [unowned self] _ in Conversation(server: self) })
        parts.withLock { $0 = (listener, loop) }
        switch fault {
        case .held: break
        case .refused: close(listener.descriptor)
        default: try loop.start()
        }
    }

    deinit { stop() }

    private func note(_ lookup: String) -> Int {
        asked.withLock { asked in
            asked.append(lookup)
            return asked.count
        }
    }

    /// Ends it, as a program ends: its socket is closed and gone.
    func stop() {
        let ended = parts.withLock { parts in
            defer { parts = nil }
            return parts
        }
        ended?.loop.stop()
        // A program's lock ends with it; this process goes on.
        if ended != nil { unlink(path + ".lock") }
        if let listener = ended?.listener, fault != .refused {
            listener.unlinkPath()
            shutdown(listener.descriptor, Int32(SHUT_RDWR))
        }
    }
}
