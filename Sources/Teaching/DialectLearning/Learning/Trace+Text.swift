import Dialects
import SMTP

/// Traces as lines of a dialect document, so that learning can go on later as if it had never stopped.
///
/// `heard NAME TEMPLATE` names a message; `trace COUNT OFFER END REPLY NAME[~FLAGS] … REPLY` is a conversation that was
/// seen COUNT times: OFFER is the number of the dialect's `offer` line (`-` without one), END how it ended (`-` for a record
/// that ends before). Flags: `e` early, `j` joined, `d` final dot alone, `l` LF, `c` CR, `n` no end.
enum TraceText {
    /// The evidence lines for traces with their counts, in an order that depends on nothing else.
    static func lines(for traces: [Trace: Int], offers: [[String]]) -> [String] {
        let texts = Set(traces.keys.flatMap { $0.steps.map(\.text) }).sorted()
        let names = Dictionary(uniqueKeysWithValues: texts.enumerated().map { ($1, "m\($0 + 1)") })
        let numbers = Dictionary(uniqueKeysWithValues: offers.enumerated().map { ($1, $0 + 1) })
        let lines = traces.map { trace, count in
            let offer = trace.offer.flatMap { numbers[$0] }.map(String.init) ?? "-"
            var words = ["trace", String(count), offer, trace.manner?.rawValue ?? "-"]
            for step in trace.steps {
                let flags = flags(of: step)
                words += [step.reply.description, names[step.text, default: "-"] + (flags.isEmpty ? "" : "~" + flags)]
            }
            return (words + [trace.last.description]).joined(separator: " ")
        }
        return texts.map { "heard \(names[$0, default: "-"]) \($0)" } + lines.sorted()
    }

    /// Reads evidence lines back.
    ///
    /// - Throws: ``LearningError/evidence(dialect:line:problem:)`` for the first line that cannot be read.
    static func traces(from dialect: Dialect) throws(LearningError) -> [Trace: Int] {
        var texts: [String: String] = [:]
        var traces: [Trace: Int] = [:]
        for (index, line) in dialect.evidence.enumerated() {
            func fault(_ problem: String) -> LearningError {
                .evidence(dialect: dialect.name, line: index + 1, problem: problem)
            }
            let words = line.split(separator: " ")
            if words.first == "heard", words.count >= 3 {
                texts[String(words[1])] = String(line.dropFirst(words[0].count + words[1].count + 2))
                continue
            }
            guard words.first == "trace", words.count >= 7, words.count % 2 == 1, let count = Int(words[1]),
                1...1_000_000_000_000 ~= count
            else { throw fault("write \"heard NAME TEMPLATE\" or \"trace COUNT OFFER END REPLY NAME … REPLY\"") }
            var offer: [String]?
            if words[2] != "-" {
                guard let number = Int(words[2]), dialect.offers.indices.contains(number - 1) else {
                    throw fault("there is no offer \(words[2]) in this dialect")
                }
                offer = dialect.offers[number - 1]
            }
            let manner = Dialect.Final.Manner(rawValue: String(words[3]))
            guard manner != nil || words[3] == "-" else { throw fault("\"\(words[3])\" is not a way to end") }
            var steps: [Trace.Step] = []
            var last = ReplySymbol.none
            for position in stride(from: 4, to: words.count, by: 2) {
                guard let reply = ReplySymbol(words[position]) else {
                    throw fault("\"\(words[position])\" is not a reply")
                }
                last = reply
                guard position + 1 < words.count else { break }
                let halves = words[position + 1].split(separator: "~", maxSplits: 1)
                guard let name = halves.first, let text = texts[String(name)] else {
                    throw fault("nobody heard \"\(words[position + 1])\": write \"heard NAME TEMPLATE\" before")
                }
                steps.append(step(reply, text, flags: halves.dropFirst().first ?? ""))
            }
            let trace = Trace(steps: steps, last: last, manner: manner, offer: offer)
            traces[trace, default: 0] += count
        }
        return traces
    }

    private static func flags(of step: Trace.Step) -> String {
        var flags = ""
        if step.isEarly { flags += "e" }
        if step.isJoined { flags += "j" }
        if step.hasLoneDot { flags += "d" }
        switch step.lineEnd {
        case .crlf: break
        case .lf: flags += "l"
        case .cr: flags += "c"
        case .none: flags += "n"
        }
        return flags
    }

    private static func step(_ reply: ReplySymbol, _ text: String, flags: Substring) -> Trace.Step {
        let end: LineEnd = flags.contains("l") ? .lf : flags.contains("c") ? .cr : flags.contains("n") ? .none : .crlf
        return Trace.Step(
            reply: reply, text: text, lineEnd: end, isEarly: flags.contains("e"), isJoined: flags.contains("j"),
            hasLoneDot: flags.contains("d"))
    }
}
