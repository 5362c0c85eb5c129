import Sockets
import Tap

/// The way to argotd: its socket, written without waiting.
///
/// Where argotd is not there, findings are let go. Where it does not read fast enough, those that find no room are let go
/// and counted; the numbers of the others show it that some are missing.
struct TapOutlet {
    /// What may wait to be written.
    static let maximumWaiting = 1 << 20

    private let path: String
    private var stream: SocketStream?
    private var waiting: [UInt8] = []

    /// Findings that argotd did not take in time.
    private(set) var unsent: UInt64 = 0

    /// A way to the socket at `path`, not yet connected.
    init(path: String) { self.path = path }

    /// The descriptor to wait for; `nil` without a connection.
    var descriptor: Int32? { stream?.descriptor }

    /// Whether there is something to be written.
    var wantsRoom: Bool { !waiting.isEmpty }

    /// Connects where there is no connection; returns whether there is one now.
    mutating func connect() -> Bool {
        if stream != nil { return true }
        stream = SocketStream(toPath: path)
        guard stream != nil else { return false }
        waiting = TapWriter.preamble
        return true
    }

    /// Takes in a message, to be written with the next ``flush()``.
    mutating func offer(_ message: TapMessage) {
        guard stream != nil else { return }
        guard waiting.count < Self.maximumWaiting else {
            unsent += 1
            return
        }
        TapWriter.append(message, to: &waiting)
    }

    /// Writes what the socket takes.
    mutating func flush() {
        guard !waiting.isEmpty, let stream else { return }
        guard let count = stream.offer(waiting[...]) else { return close() }
        waiting.removeFirst(count)
    }

    /// Something came of waiting for the socket: argotd says nothing, so that it may be gone.
    mutating func check() {
        if let stream, !stream.isOpen { close() }
    }

    private mutating func close() {
        stream = nil
        waiting = []
    }
}
