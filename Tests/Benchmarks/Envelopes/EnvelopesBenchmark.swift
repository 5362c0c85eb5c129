import Envelopes
import Glibc
import SMTP

/// Measures what judging an envelope costs while a session waits. Prints a table of processor time.
@main
struct EnvelopesBenchmark {
    private static let rounds = 200_000

    static func main() throws {
        // A model with as many answers as mail of a month gave; the look-ups are what costs.
        var document = EnvelopeModelDocument.signature + "\norigin spam 1 1 honest 1 1\n"
        for moment in EnvelopeMoment.allCases {
            document += "moment \(moment.rawValue)\nbias 0\ncalibration 1 0\n"
            let groups = FeatureGroup.allCases.filter { moment == .afterHeaders || $0.family.isKnownBeforeData }
            for group in groups {
                for number in 0..<40 { document += "weight \(group.word) answer-\(number) 0.5\n" }
            }
        }
        let began = processorTime
        let model = try EnvelopeModelDocument.model(from: document.utf8, file: "made up")
        let loading = processorTime - began
        print("| what | ns each | allowed |")
        print("| --- | --- | --- |")
        print("| model of \(model.weightCount) weights loaded | \(Int(loading * 1e9)) | < 50000000 |")
        try measure("a bot's envelope before DATA", model, bot: true, moment: .beforeData, allowed: "< 2000")
        try measure("a server's envelope before DATA", model, bot: false, moment: .beforeData, allowed: "< 2000")
        try measure("a bot's envelope after the headers", model, bot: true, moment: .afterHeaders, allowed: "")
        try measure("a server's envelope after the headers", model, bot: false, moment: .afterHeaders, allowed: "")
    }

    private static func measure(
        _ what: String, _ model: EnvelopeModel, bot: Bool, moment: EnvelopeMoment, allowed: String
    ) throws {
        let helo = Array((bot ? "303446E8" : "mail7.lists.example.net").utf8)
        let name = bot ? "host-192-0-2-77.dsl.example.org" : "mail7.lists.example.net"
        let client = ClientAddress(ipv4: 0xc000_024d)
        let shape = HELOShape(of: helo, client: client, ptr: name, server: nil)
        let sender = Array("<bounces@lists.example.net>".utf8)
        let headers = ["Received", "Message-ID", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type"]
            .map { (length: $0.utf8.count, field: Array("\($0)\0 something of a value".utf8)) }
        func observer() -> EnvelopeObserver {
            var observer = EnvelopeObserver(client: client, clientName: name, resolution: .ok)
            observer.take(.helo(shape), helo.span)
            observer.take(.proto(isExtended: !bot), [UInt8]().span)
            observer.take(.mail(MailAddress(argument: sender)), sender.span)
            if moment == .afterHeaders {
                for (length, field) in headers { observer.take(.header(nameLength: length), field.span) }
            }
            return observer
        }
        let whole = observer()
        var sum = 0.0
        var began = processorTime
        for _ in 0..<rounds { sum += model.evidence(of: whole, at: moment).logLikelihoodRatio }
        report(what + ": judged", processorTime - began, allowed)
        began = processorTime
        for _ in 0..<rounds {
            sum += model.evidence(of: observer(), at: moment).logLikelihoodRatio
        }
        report(what + ": observed and judged", processorTime - began, "")
        // The sum is used, so that nothing is left out.
        if sum.isNaN { print(sum) }
    }

    private static func report(_ what: String, _ time: Double, _ allowed: String) {
        print("| \(what) | \(Int(time / Double(rounds) * 1e9)) | \(allowed) |")
    }

    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
