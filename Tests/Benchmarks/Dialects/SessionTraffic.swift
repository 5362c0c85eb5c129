import Dialects
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

    /// What each client's session costs: an event, in seconds, a posterior asked for after HELO, at RCPT and at the
    /// end, and the slowest one to five events in a row.
    func costs(of machine: DecisionMachine, _ clock: ContinuousClock) -> (
        event: Double, posterior: Double, slowest: Double
    ) {
        var slowest = Duration.zero
        var walking = Duration.zero
        var asking = Duration.zero
        var sum = 0.0
        for client in clients {
            var matcher = DialectMatcher(machine: machine)
            func walk(_ body: () -> Void) {
                let time = clock.measure(body)
                walking += time
                slowest = max(slowest, time)
            }
            func ask() { asking += clock.measure { sum += matcher.posterior.hostile } }
            walk { matcher.take(.helo(client.shape), client.helo.span) }
            ask()
            walk {
                if tellsGreeting { matcher.take(.proto(isExtended: true), [UInt8]().span) }
                matcher.take(.mail(sender), client.mail.span)
                for _ in 0..<3 { matcher.take(.rcpt(sender), recipient.span) }
            }
            ask()
            walk {
                matcher.take(.data, [UInt8]().span)
                for _ in 0..<4 { matcher.take(.header(nameLength: 8), header.span) }
                matcher.take(.eoh, [UInt8]().span)
                sum += Double(matcher.label.utf8.count)
            }
            ask()
        }
        precondition(sum.isFinite)
        let count = Double(clients.count)
        return (
            Self.seconds(walking) / count / Double(Self.events), Self.seconds(asking) / count / 3, Self.seconds(slowest)
        )
    }

    /// The cost of the fingerprints of a plain session, in seconds: HELO, MAIL, three RCPT, DATA, eight headers, and asking
    /// for them at each recipient and at the end.
    static func fingerprintCost(_ vantage: Vantage, _ clock: ContinuousClock) -> Double {
        let helo = Array("mail.example.net".utf8)
        let shape = HELOShape(of: helo, client: nil, ptr: nil, server: nil)
        let mail = Array("<a@example.net>\0SIZE=1234".utf8)
        let recipient = Array("<b@example.org>".utf8)
        let address = MailAddress(argument: recipient)
        let header = Array("Received\0 from a by b".utf8)
        let nothing: [UInt8] = []
        let sessions = 20_000
        var sum: UInt64 = 0
        let cost = clock.measure {
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
        return seconds(cost) / Double(sessions)
    }

    private static func seconds(_ time: Duration) -> Double {
        Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    }
}
