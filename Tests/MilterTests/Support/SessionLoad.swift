import FakeMTA
import Foundation
import Synchronization

/// Mail servers that open session after session, and what went wrong with them.
final class SessionLoad: Sendable {
    private let socket: String
    private let state = Mutex((served: 0, running: 0, isOver: false, problems: [String]()))

    init(on socket: String) { self.socket = socket }

    /// How many sessions were answered to their end.
    var served: Int { state.withLock { $0.served } }

    /// Opens sessions until ``stop()``. For a thread of its own.
    func run() {
        state.withLock { $0.running += 1 }
        while !state.withLock({ $0.isOver }) {
            do {
                let session = try FakeMTASession(socket: socket, timeout: .seconds(60))
                _ = try session.connect(Probe.peer)
                _ = try session.helo("mail.example")
                _ = try session.mail("<a@example.net>")
                _ = try session.rcpt("<b@lab.example>")
                try session.quit()
                state.withLock { $0.served += 1 }
            } catch {
                state.withLock { $0.problems.append("\(error)") }
            }
        }
        state.withLock { $0.running -= 1 }
    }

    /// Ends, and returns what went wrong.
    func stop() -> [String] {
        state.withLock { $0.isOver = true }
        _ = eventually { state.withLock { $0.running == 0 } }
        return state.withLock { $0.problems }
    }
}
