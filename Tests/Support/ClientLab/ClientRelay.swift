import Foundation
import Glibc
import Synchronization

/// A TCP relay on loopback that gives programs an address of their own.
///
/// It connects to the server as another client for each of its clients, and from then on passes bytes both ways
/// unchanged, so that the program sees exactly one greeting. All connections are recorded.
public final class ClientRelay: Sendable {
    /// The port to point programs at.
    public let port: UInt16
    /// Who its clients are to the server.
    public let identity: ClientIdentity

    private let listener: Int32
    private let server: any MailServer
    private let state = Mutex(State())

    private struct State {
        var records: [ConversationRecord] = []
        var active = 0
        var isStopped = false
    }

    /// Listens on a free port, and relays to `server` as `identity`.
    public init(to server: any MailServer, as identity: ClientIdentity) throws(LabError) {
        self.server = server
        self.identity = identity
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = LoopbackPort.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard status == 0, listen(listener, 64) == 0 else {
            close(listener)
            throw LabError(.connectionFailed, "cannot listen (\(errnoText()))", at: "127.0.0.1")
        }
        Thread.detachNewThread { [weak self] in
            // The relay may go away while this thread waits, so it holds the relay only to serve a connection.
            while true {
                var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let count = poll(&request, 1, 50)
                guard let relay = self, !relay.state.withLock({ $0.isStopped }) else { return }
                guard count > 0 else { continue }
                let client = accept(descriptor, nil, nil)
                if client >= 0 { relay.serve(client) }
            }
        }
    }

    deinit {
        close(listener)
    }

    /// One record per connection that has ended, from the greeting on.
    public var records: [ConversationRecord] {
        state.withLock { $0.records }
    }

    /// Waits until no connection is open, then returns the records.
    public func finishedRecords(within limit: Duration = .seconds(60)) -> [ConversationRecord] {
        _ = Poll.until(.after(limit)) { state.withLock { $0.active == 0 } }
        return records
    }

    /// Accepts no more connections and ends the open ones.
    public func stop() {
        state.withLock { $0.isStopped = true }
        _ = Poll.until(.after(.seconds(1))) { state.withLock { $0.active == 0 } }
    }

    private func serve(_ descriptor: Int32) {
        let client = LoopbackSocket(adopting: descriptor)
        state.withLock { $0.active += 1 }
        Thread.detachNewThread { [self] in
            var record = ConversationRecord()
            try? connectAndPass(client, recording: &record)
            state.withLock { state in
                state.records.append(record)
                state.active -= 1
            }
        }
    }

    private func connectAndPass(
        _ client: LoopbackSocket, recording record: inout ConversationRecord
    ) throws(LabError) {
        let server = try server.connect(as: identity)
        while !state.withLock({ $0.isStopped }) {
            let input = LoopbackSocket.readable(client, server, until: .after(.milliseconds(100)))
            if input.first {
                let bytes = (try? client.read(until: .after(.zero))) ?? []
                // A client that closes is closed towards the server; what the server says then has no reader.
                if bytes.isEmpty { break }
                record.add(bytes, from: .client)
                try server.write(bytes)
            }
            if input.second {
                let bytes = try server.read(until: .after(.zero))
                if bytes.isEmpty { break }
                record.add(bytes, from: .server)
                try? client.write(bytes)
            }
        }
    }
}
