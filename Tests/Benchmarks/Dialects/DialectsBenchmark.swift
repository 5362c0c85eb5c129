import Dialects
import Foundation
import SMTP

/// glibc's, which its module leaves out: gives back what is free.
@_silgen_name("malloc_trim") private func giveBack(_ kept: Int) -> Int32

/// Measures what the decision machine costs: how long a model takes to be read and compiled, what one event and one posterior
/// take, what is kept. One model and vantage a run, so that memory is that of nothing else; prints a row of Markdown.
///
///     dialects-benchmark make names 10000 > FILE
///     dialects-benchmark measure NAME FILE milter-sendmail
///     dialects-benchmark fingerprints
@main
struct DialectsBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, Array(arguments.dropFirst())) {
        case ("make", let rest) where rest.count == 2:
            guard let kind = MadeUpModel.Kind(rawValue: rest[0]), let count = Int(rest[1]) else { return usage() }
            print(MadeUpModel.document(kind, count: count))
        case ("measure", let rest) where rest.count == 3:
            guard let vantage = Vantage(rawValue: rest[2]) else { return usage() }
            try measure(rest[0], URL(filePath: rest[1]), vantage)
        case ("fingerprints", []):
            for vantage in [Vantage.milterPostfix, .milterSendmail] {
                let cost = SessionTraffic.fingerprintCost(vantage)
                print("* Fingerprints of a session at \(vantage.rawValue): \(text(cost * 1e9)) ns.")
            }
            print("* A session keeps \(DialectMatcher.byteCount) bytes, whatever the model's size.")
        case ("head", []):
            print(
                "| model, vantage | dialects | read, ms | compiled, ms | model, MB | machine, MB | with traffic, MB "
                    + "| peak, MB | event never seen, ns | slowest, µs | event, ns | posterior never seen, µs | posterior, µs |"
            )
            print("|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
        default: usage()
        }
    }

    private static func usage() {
        FileHandle.standardError.write(
            Data("usage: dialects-benchmark make KIND COUNT | measure NAME FILE VANTAGE | fingerprints | head\n".utf8))
        exit(2)
    }

    private static func measure(_ name: String, _ file: URL, _ vantage: Vantage) throws {
        let before = resident()
        var model = DialectModel(dialects: [])
        let read = try processorSeconds {
            let text = try String(contentsOf: file, encoding: .utf8)
            switch DialectDocument.model(from: text, file: file.path()) {
            case .success(let found): model = found
            case .failure(let errors): throw errors
            }
        }
        let withModel = resident()
        var machine: DecisionMachine?
        let compiled = processorSeconds { machine = DecisionMachine(model: model, vantage: vantage) }
        guard let machine else { return }
        let withMachine = resident()
        let traffic = SessionTraffic(model, vantage)
        let first = traffic.costs(of: machine)
        let withTraffic = resident()
        let again = traffic.costs(of: machine)
        let peak = peak()
        let slowest = traffic.slowest(of: DecisionMachine(model: model, vantage: vantage))
        let numbers = [
            read * 1e3, compiled * 1e3, megabytes(withModel - before), megabytes(withMachine - withModel),
            megabytes(withTraffic - withMachine), megabytes(peak), first.event * 1e9, slowest * 1e6,
            again.event * 1e9,
            first.posterior * 1e6, again.posterior * 1e6,
        ]
        print(
            "| \(name), \(vantage.rawValue) | \(model.dialects.count) | "
                + numbers.map(text).joined(separator: " | ") + " |")
    }

    // MARK: Measures

    /// What the process holds beside pages of files, once what is free has been given back.
    private static func resident() -> Int {
        _ = giveBack(0)
        return status("RssAnon:")
    }

    private static func peak() -> Int { status("VmHWM:") }

    private static func status(_ word: String) -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(word) } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) * 1_024
    }

    private static func megabytes(_ bytes: Int) -> Double { Double(bytes) / 1e6 }

    private static func text(_ value: Double) -> String {
        value >= 100 ? String(Int(value.rounded())) : String((value * 10).rounded() / 10)
    }
}
