import Dialects
import SMTP

/// Measures what the decision machine costs: how long a model takes to be read and compiled, what one event takes, what a
/// session keeps. Prints Markdown.
@main
struct DialectsBenchmark {
    private static let clock = ContinuousClock()
    private static let rounds = 15

    static func main() {
        let shipped = DialectModel.starter()
        print("| model, vantage | dialects | read, ms | compiled, ms | one event, ns | one posterior, ns | places |")
        print("|:--|--:|--:|--:|--:|--:|--:|")
        let models = [
            ("shipped", DialectDocument.text(for: shipped)),
            ("100 dialects", document(of: shipped, count: 100)),
        ]
        for (name, document) in models {
            for vantage in Vantage.allCases { measure(name, document, vantage) }
        }
        print("")
        for vantage in [Vantage.milterPostfix, .milterSendmail] {
            print("* Fingerprints of a session at \(vantage.rawValue): \(text(fingerprintCost(vantage) * 1e9)) ns.")
        }
        print("* A session keeps \(DialectMatcher.byteCount) bytes, whatever the model's size.")
        print(
            "* Medians of \(rounds) rounds. The 100 dialects are the shipped ones, cut off or repeated with HELO names of"
        )
        print("  their own. Places are those of the hard sets, which mode paper and explanations need.")
    }

    private static func measure(_ name: String, _ document: String, _ vantage: Vantage) {
        var model = DialectModel(dialects: [])
        let read = median {
            guard case .success(let found) = DialectDocument.model(from: document, file: "benchmark") else {
                fatalError("the benchmark's model is broken")
            }
            model = found
        }
        var machine = DecisionMachine(model: DialectModel(dialects: []), vantage: vantage)
        let compiled = median { machine = DecisionMachine(model: model, vantage: vantage) }
        let (event, posterior) = costs(of: machine)
        print(
            "| \(name), \(vantage.rawValue) | \(model.dialects.count) | \(text(read * 1e3)) | \(text(compiled * 1e3)) "
                + "| \(text(event * 1e9)) | \(text(posterior * 1e9)) | \(machine.nodeCount) |")
    }

    /// The mean cost of an event of a plain session, and of asking for the posterior.
    private static func costs(of machine: DecisionMachine) -> (event: Double, posterior: Double) {
        let helo = Array("mail.example.net".utf8)
        let shape = HELOShape(of: helo, client: nil, ptr: nil, server: nil)
        let mail = Array("<a@example.net>\0SIZE=1234".utf8)
        let recipient = Array("<b@example.org>".utf8)
        let sender = MailAddress(argument: Array("<a@example.net>".utf8))
        let address = MailAddress(argument: recipient)
        let header = Array("Received\0 from a by b".utf8)
        let nothing: [UInt8] = []
        let sessions = 2_000
        // HELO, MAIL, three RCPT, DATA, four headers, their end.
        let events = 11
        var sum = 0.0
        let session = median {
            for _ in 0..<sessions {
                var matcher = DialectMatcher(machine: machine)
                matcher.take(.helo(shape), helo.span)
                matcher.take(.mail(sender), mail.span)
                for _ in 0..<3 { matcher.take(.rcpt(address), recipient.span) }
                matcher.take(.data, nothing.span)
                for _ in 0..<4 { matcher.take(.header(nameLength: 8), header.span) }
                matcher.take(.eoh, nothing.span)
                sum += Double(matcher.nodeNumber)
            }
        }
        var matcher = DialectMatcher(machine: machine)
        matcher.take(.helo(shape), helo.span)
        let posterior = median { for _ in 0..<sessions { sum += matcher.posterior.hostile } }
        precondition(sum.isFinite)
        return (session / Double(sessions * events), posterior / Double(sessions))
    }

    /// The cost of the fingerprints of a plain session: HELO, MAIL, three RCPT, DATA, eight headers, and asking for them
    /// at each recipient and at the end.
    private static func fingerprintCost(_ vantage: Vantage) -> Double {
        let helo = Array("mail.example.net".utf8)
        let shape = HELOShape(of: helo, client: nil, ptr: nil, server: nil)
        let mail = Array("<a@example.net>\0SIZE=1234".utf8)
        let recipient = Array("<b@example.org>".utf8)
        let sender = MailAddress(argument: Array("<a@example.net>".utf8))
        let address = MailAddress(argument: recipient)
        let header = Array("Received\0 from a by b".utf8)
        let nothing: [UInt8] = []
        let sessions = 2_000
        var sum: UInt64 = 0
        let cost = median {
            for _ in 0..<sessions {
                var fingerprint = SessionFingerprint(vantage: vantage)
                fingerprint.take(.helo(shape), helo.span)
                fingerprint.take(.proto(isExtended: true), nothing.span)
                fingerprint.take(.mail(sender), mail.span)
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

    /// A model of `count` dialects: the given ones, then copies that greet with names of their own.
    private static func document(of model: DialectModel, count: Int) -> String {
        var text = DialectDocument.text(for: DialectModel(dialects: Array(model.dialects.prefix(count))))
        for number in 0..<max(0, count - model.dialects.count) {
            let original = model.dialects[number % model.dialects.count]
            let copy = DialectDocument.text(for: DialectModel(dialects: [original]))
            for line in copy.split(separator: "\n").dropFirst() {
                let words = line.split(separator: " ")
                switch words.first {
                case "dialect": text += "\ndialect copy-\(number) \(words[2])\n"
                case "state" where words.count > 2 && ["EHLO", "HELO"].contains(words[2].uppercased()):
                    text += "  state \(words[1]) \(words[2]) {label}.copy\(number).example\n"
                default: text += "\(line)\n"
                }
            }
        }
        return text
    }

    /// The median of the rounds' times, in seconds.
    private static func median(_ body: () -> Void) -> Double {
        let times = (0..<rounds).map { _ in
            let time = clock.measure(body)
            return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        }.sorted()
        return times[rounds / 2]
    }

    private static func text(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}
