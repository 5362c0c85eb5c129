import ClientLab
import DaemonLab
import Foundation
import Seeded

// Real mail servers with argotd: how long a lie takes to be answered, and how long a genuine refusal, each recipient asked
// for once, in turn as chance will have it. See Tests/benchmark-lies.

/// What is asked for on the command line.
struct Plan {
    var samples = 2_000
    var seed: UInt64 = 1
    var engines = ["libmilter", "native"]
    var servers: Set<String> = []

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--samples": samples = rest.popFirst().flatMap { Int($0) }.map { max(10, $0) } ?? samples
            case "--seed": seed = rest.popFirst().flatMap { UInt64($0) } ?? seed
            case "--engine": engines = rest.popFirst().map { [$0] } ?? engines
            case "--server": if let name = rest.popFirst() { servers.insert(name) }
            default:
                FileHandle.standardError.write(Data("lie-timing: what is \(word)?\n".utf8))
                exit(64)
            }
        }
    }
}

/// A way for a mail server to know its users.
struct Setup {
    let name: String
    let start: ([String: String]) throws -> any FilteredServer

    /// No client is slowed down for its errors, which would hide what is measured.
    static let patience = [
        "recipient_delimiter": "+", "smtpd_soft_error_limit": "1000", "smtpd_hard_error_limit": "1000",
        "smtpd_error_sleep_time": "0",
    ]

    static var all: [Setup] {
        PostfixVariant.allCases.map { variant in
            Setup(name: "postfix-\(variant)") { settings in
                try FilteredPostfix(settings, variant: variant, overrides: patience)
            }
        }
            + SendmailVariant.allCases.map { variant in
                Setup(name: "sendmail-\(variant)") { settings in try FilteredSendmail(settings, variant: variant) }
            }
    }
}

extension FilteredServer {
    /// How long the answer to RCPT takes, in microseconds.
    func microseconds(_ conversation: SMTPConversation, _ recipient: String) throws -> Double {
        let begin = ContinuousClock.now
        let reply = try conversation.command("RCPT TO:<\(recipient)>")
        let duration = ContinuousClock.now - begin
        guard reply.description.hasPrefix("550 5.1.1") else {
            throw LabError(.refused, "\(recipient): \(reply)")
        }
        return Double(duration.components.seconds) * 1e6 + Double(duration.components.attoseconds) / 1e12
    }

    /// Asks for as many existing and missing users each, eight in a session.
    func measure(_ samples: Int, _ random: inout SeededGenerator, hasDetail: Bool) throws -> TwoSamples {
        var (lies, genuine) = ([Double](), [Double]())
        var number = 0
        while lies.count < samples || genuine.count < samples {
            let conversation = try begin(.bot)
            for place in 0..<9 {
                let isLie = Bool.random(using: &random)
                number += 1
                let detail = hasDetail ? "+\(100_000 + number)" : ""
                let recipient = "\(isLie ? "user" : "nosu")\(number % 9 + 1)\(detail)@lab.example"
                let time = try microseconds(conversation, recipient)
                // The first of a session finds everything cold.
                guard place > 0 else { continue }
                if isLie, lies.count < samples { lies.append(time) }
                if !isLie, genuine.count < samples { genuine.append(time) }
            }
            conversation.drop()
        }
        return TwoSamples(lies: lies, genuine: genuine)
    }
}

func figure(_ value: Double, _ digits: Int = 0) -> String { String(format: "%.\(digits)f", value) }

func many(_ count: Double) -> String { count > 999_999 ? "> 999999" : figure(count) }

func run(_ plan: Plan) throws {
    var random = SeededGenerator(seed: plan.seed)
    print(
        "| mail server | engine | lie, median (90 %) µs | genuine, median (90 %) µs | P(lie longer) | p, ranks | D | p, D "
            + "| answers needed | with 1 ms of jitter |")
    print("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |")
    var detectable = 0.0
    for setup in Setup.all where plan.servers.isEmpty || plan.servers.contains(setup.name) {
        for engine in plan.engines {
            let lab = try setup.start(
                ArgotDaemon.enforcing(
                    "fakereject",
                    [
                        "milter_engine": engine, "trap_domains": "lab.example", "unknown_recipient_threshold": "1000",
                        "fake_reject_hourly_limit": "1000000", "fake_reject_domain_limit": "1000000",
                        "fake_reject_recipient_limit": "1000000",
                    ]))
            _ = try lab.measure(50, &random, hasDetail: true)
            let result = try lab.measure(plan.samples, &random, hasDetail: true)
            detectable = result.detectable
            func times(_ sorted: [Double]) -> String {
                "\(figure(TwoSamples.quantile(0.5, of: sorted))) (\(figure(TwoSamples.quantile(0.9, of: sorted))))"
            }
            print(
                "| \(setup.name) | \(engine) | \(times(result.lies)) | \(times(result.genuine)) "
                    + "| \(figure(result.superiority, 3)) | \(figure(result.rankP, 4)) | \(figure(result.distance, 3)) "
                    + "| \(figure(result.distanceP, 4)) "
                    + "| \(many(result.answersNeeded)) | \(many(result.answersNeeded(jitter: 1_000))) |")
            fflush(nil)
        }
    }
    print(
        "\n\(plan.samples) answers of each kind; with so many a P(lie longer) outside 0.5 ± \(figure(detectable, 3)) is"
    )
    print("found in four cases of five (level 0.05). Answers needed: of each kind, to find in four cases of five a")
    print("difference as large as the one measured, over loopback, and over a network whose times differ by 1 ms.")
}

do {
    try run(Plan(Array(CommandLine.arguments.dropFirst())))
} catch {
    FileHandle.standardError.write(Data("lie-timing: \(error)\n".utf8))
    exit(1)
}
