import ClientLab
import DaemonLab
import Foundation
import Synchronization

/// Honest mail from several threads until it is told to stop, each message with a mark of its own. Who is put off, or loses
/// the connection, tries again as mail servers do, only faster.
final class TaggedLoad: Sendable {
    private struct State {
        var offered = 0
        var accepted = 0
        var delayed: Set<Int> = []
        var lost: Set<Int> = []
        var firstTroubles: [String] = []
        var slowest: Duration = .zero
        var running = 0
        var isFinishing = false
    }

    private let site: any FilteredServer
    private let threads: Int
    private let state = Mutex(State())

    /// Load that has not begun.
    init(on site: any FilteredServer, threads: Int = 4) {
        self.site = site
        self.threads = threads
    }

    /// How many messages were begun.
    var offered: Int { state.withLock { $0.offered } }
    /// How many were taken.
    var accepted: Int { state.withLock { $0.accepted } }
    /// How many needed more than one attempt.
    var delayed: Int { state.withLock { $0.delayed.count } }
    /// The first answers that were not as they should be.
    var troubles: [String] { state.withLock { $0.firstTroubles } }
    /// The longest that an attempt took.
    var slowest: Duration { state.withLock { $0.slowest } }

    /// Begins.
    func start() {
        state.withLock { $0.running = threads }
        for number in 1...threads {
            Thread.detachNewThread { [self] in
                while sendOverOneConnection(from: number) {}
                state.withLock { $0.running -= 1 }
            }
        }
    }

    /// Waits until so many more messages are taken.
    ///
    /// - Throws: if that takes longer than a minute.
    func await(more count: Int) throws {
        let goal = accepted + count
        guard Poll.until(.after(.seconds(60)), { accepted >= goal }) else {
            throw LabError(.timedOut, "mail stands still: \(accepted) taken, \(troubles.first ?? "nothing is said")")
        }
    }

    /// Begins no more messages and waits for those under way.
    func finish() throws {
        state.withLock { $0.isFinishing = true }
        guard Poll.until(.after(.seconds(90)), { state.withLock { $0.running == 0 } }) else {
            throw LabError(.timedOut, "messages under way do not end: \(troubles.first ?? "nothing is said")")
        }
    }

    /// The mark of a message.
    static func mark(_ number: Int) -> String { "marked-\(number)-" }

    private func next() -> Int? {
        state.withLock { state in
            guard !state.isFinishing else { return nil }
            state.offered += 1
            return state.offered
        }
    }

    private func sendOverOneConnection(from number: Int) -> Bool {
        let client = MailClient(
            identity: ClientIdentity("198.51.100.\(number)", name: "mail\(number).linden.example"),
            helo: "EHLO mail\(number).linden.example", sender: "dora\(number)@linden.example")
        var conversation: SMTPConversation?
        for _ in 0..<5 {
            guard let message = next() else {
                conversation?.drop()
                return false
            }
            for attempt in 0..<100 {
                let begin = ContinuousClock.now
                do {
                    if conversation == nil {
                        conversation = try site.connect(client)
                        try conversation?.expect(250, client.helo)
                    }
                    try deliver(message, from: client, number, over: conversation)
                    note(since: begin)
                    // More would only be more to count.
                    usleep(20_000)
                    break
                } catch {
                    conversation?.drop()
                    conversation = nil
                    note(since: begin)
                    state.withLock { state in
                        state.delayed.insert(message)
                        if attempt == 99 { state.lost.insert(message) }
                        if state.firstTroubles.count < 5 { state.firstTroubles.append("\(error)") }
                    }
                    usleep(200_000)
                }
            }
        }
        _ = try? conversation?.command("QUIT")
        return true
    }

    private func deliver(
        _ message: Int, from client: MailClient, _ number: Int, over conversation: SMTPConversation?
    ) throws {
        guard let conversation else { return }
        try conversation.expect(250, "MAIL FROM:<\(client.sender)>")
        try conversation.expect(250, "RCPT TO:<user\(number)@lab.example>")
        let reply = try conversation.deliver(from: client, subject: Self.mark(message))
        guard reply.code == 250 else { throw LabError(.refused, "\(reply)", at: "message \(message)") }
        state.withLock { $0.accepted += 1 }
    }

    private func note(since begin: ContinuousClock.Instant) {
        let duration = ContinuousClock.now - begin
        state.withLock { $0.slowest = max($0.slowest, duration) }
    }
}
