import Dialects
import Glibc
import SMTP

/// Plain sessions of a thousand clients: half greet by names that no dialect has, half by some that are one's own.
struct SessionTraffic {
    private struct Client {
        var helo: [UInt8]
        var shape: HELOShape
        var mail: [UInt8]
    }

    private let clients: [Client]
    private let sender = MailAddress(argument: Array("<a@example.net>".utf8))
    private let recipient = Array("<b@example.org>".utf8)
    private let header = Array("Received\0 from a by b".utf8)
    private let tellsGreeting: Bool

    init(_ model: DialectModel, _ vantage: Vantage) {
        tellsGreeting = vantage.tellsHELOFromEHLO
        clients = (0..<1_000).map { number in
            let owner = number * 7_919 % max(1, model.dialects.count)
            let name = number % 2 == 0 ? "mail\(number).example.net" : "host.copy\(owner).example"
            let helo = Array(name.utf8)
            let mail = number % 3 == 0 ? "<a@example.net>" : "<a@example.net>\0SIZE=\(1_000 + number)"
            return Client(
                helo: helo, shape: HELOShape(of: helo, client: nil, ptr: nil, server: nil), mail: Array(mail.utf8))
        }
    }

    /// HELO, MAIL, three RCPT, DATA, four headers, their end.
    private static let events = 11

    /// What the sessions of all clients cost: an event, and a posterior asked for after HELO, at RCPT and at the end; in
    /// seconds of processor time.
    func costs(of machine: DecisionMachine) -> (event: Double, posterior: Double) {
        var sum = 0.0
        let first = processorSeconds { each(machine) { sum += Double($0.label.utf8.count) } }
        let again = processorSeconds { each(machine) { sum += Double($0.label.utf8.count) } }
        let asking = processorSeconds { each(machine, asking: { sum += $0.posterior.hostile }) { _ in } }
        precondition(sum.isFinite)
        let count = Double(clients.count)
        return (first / count / Double(Self.events), max(0, asking - again) / count / 3)
    }

    /// The processor time of the slowest event, in seconds.
    func slowest(of machine: DecisionMachine) -> Double {
        var slowest = 0.0
        each(machine, around: { slowest = max(slowest, processorSeconds($0)) }) { _ in }
        return slowest
    }

    /// Walks every client's session.
    private func each(
        _ machine: DecisionMachine, around: (() -> Void) -> Void = { $0() },
        asking: (DialectMatcher) -> Void = { _ in }, atEnd: (DialectMatcher) -> Void
    ) {
        let nothing: [UInt8] = []
        for client in clients {
            var matcher = DialectMatcher(machine: machine)
            around { matcher.take(.helo(client.shape), client.helo.span) }
            asking(matcher)
            if tellsGreeting { matcher.take(.proto(isExtended: true), nothing.span) }
            around { matcher.take(.mail(sender), client.mail.span) }
            for _ in 0..<3 { around { matcher.take(.rcpt(sender), recipient.span) } }
            asking(matcher)
            around { matcher.take(.data, nothing.span) }
            for _ in 0..<4 { matcher.take(.header(nameLength: 8), header.span) }
            around { matcher.take(.eoh, nothing.span) }
            asking(matcher)
            atEnd(matcher)
        }
    }

    /// The cost of the fingerprints of a plain session, in seconds: HELO, MAIL, three RCPT, DATA, eight headers, and asking
    /// for them at each recipient and at the end.
    static func fingerprintCost(_ vantage: Vantage) -> Double {
        let helo = Array("mail.example.net".utf8)
        let shape = HELOShape(of: helo, client: nil, ptr: nil, server: nil)
        let mail = Array("<a@example.net>\0SIZE=1234".utf8)
        let recipient = Array("<b@example.org>".utf8)
        let address = MailAddress(argument: recipient)
        let header = Array("Received\0 from a by b".utf8)
        let nothing: [UInt8] = []
        let sessions = 20_000
        var sum: UInt64 = 0
        let cost = processorSeconds {
            for _ in 0..<sessions {
                var fingerprint = SessionFingerprint(vantage: vantage)
                fingerprint.take(.helo(shape), helo.span)
                fingerprint.take(.proto(isExtended: true), nothing.span)
                fingerprint.take(.mail(address), mail.span)
                for _ in 0..<3 {
                    fingerprint.take(.rcpt(address), recipient.span)
                    sum &+= fingerprint.fingerprints.speech
                }
                fingerprint.take(.data, nothing.span)
                for _ in 0..<8 { fingerprint.take(.header(nameLength: 8), header.span) }
                fingerprint.take(.eoh, nothing.span)
                sum &+= fingerprint.fingerprints.trace
            }
        }
        precondition(sum != 0)
        return cost / Double(sessions)
    }
}

/// The processor time that something takes, in seconds: on a busy machine a better measure than the clock.
func processorSeconds(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let begin = now()
    try body()
    return now() - begin
}
