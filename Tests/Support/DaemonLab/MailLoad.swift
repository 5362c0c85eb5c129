import ClientLab
import Foundation
import Synchronization

/// Honest mail from several threads, each mail with a number of its own in its subject.
public final class MailLoad: Sendable {
    private struct State {
        var next = 0
        var sent = 0
        var running = 0
        var failures: [String] = []
    }

    private let lab: any FilteredServer
    private let total: Int
    private let threads: Int
    private let perConnection: Int
    private let state = Mutex(State())

    /// Load that has not begun.
    ///
    /// - Parameters:
    ///   - total: how many mails there are to be, at most.
    ///   - threads: how many connections there are at a time.
    ///   - perConnection: how many mails go over each.
    public init(on lab: any FilteredServer, total: Int, threads: Int, perConnection: Int) {
        self.lab = lab
        self.total = total
        self.threads = threads
        self.perConnection = perConnection
    }

    /// How many mails were taken or given up.
    public var sent: Int { state.withLock { $0.sent } }

    /// What went wrong.
    public var failures: [String] { state.withLock { $0.failures } }

    /// Whether all threads are done.
    public var hasEnded: Bool { state.withLock { $0.running == 0 } }

    /// Begins.
    public func start() {
        state.withLock { $0.running = threads }
        for number in 1...threads {
            Thread.detachNewThread { [self] in
                while sendOverOneConnection(from: number) {}
                state.withLock { $0.running -= 1 }
            }
        }
    }

    /// Waits until so many are sent; `false` when there will not be so many.
    public func await(sent count: Int) -> Bool {
        _ = Poll.until(.after(.seconds(120))) { sent >= count || hasEnded }
        return sent >= count && !hasEnded
    }

    /// Begins no more mails.
    public func finish() { state.withLock { $0.next = total } }

    /// Waits until all threads are done; whether they are.
    public func awaitEnd() -> Bool { Poll.until(.after(.seconds(240))) { hasEnded } }

    private func sendOverOneConnection(from number: Int) -> Bool {
        let numbers = state.withLock { state in
            let first = state.next
            state.next = min(total, first + perConnection)
            return first..<state.next
        }
        guard !numbers.isEmpty else { return false }
        let client = MailClient(
            identity: ClientIdentity("198.51.100.\(number)", name: "mail\(number).linden.example"),
            helo: "EHLO mail\(number).linden.example", sender: "dora\(number)@linden.example")
        var left = numbers
        do {
            let conversation = try lab.connect(client)
            try conversation.expect(250, client.helo)
            while let mail = left.first {
                try conversation.expect(250, "MAIL FROM:<\(client.sender)>")
                try conversation.expect(250, "RCPT TO:<user\(number)@lab.example>")
                let reply = try conversation.deliver(from: client, subject: "load \(mail)")
                guard reply.code == 250 else { throw LabError(.refused, "\(reply)", at: "mail \(mail)") }
                left.removeFirst()
                state.withLock { $0.sent += 1 }
            }
            try conversation.expect(221, "QUIT")
        } catch {
            state.withLock { state in
                state.failures.append("\(left.first ?? -1): \(error)")
                state.sent += left.count
            }
        }
        return true
    }
}
