import Dialects
import SMTP

/// What a conversation shows of how its program is written, aspect by aspect: spellings, what it greets with, whom it waits
/// for, and how it takes a refusal. What depends on the mail or the host (parameters that are missing, several recipients,
/// another mail after the first) is no aspect.
struct TraceProfile: Hashable, Comparable {
    /// Aspect and value, as text.
    private(set) var aspects: [String: String] = [:]

    /// The profile of a trace.
    init(_ trace: Trace) {
        var accepted = 0
        var quits = false
        var hasGreeted = false
        for (index, step) in trace.steps.enumerated() {
            let verb = Self.verb(step.text)
            addSpelling(verb, step)
            if index == 0 { aspects["begins with"] = verb }
            if index > 0 || step.isEarly {
                let isOffered = hasGreeted && trace.offersPipelining
                let key = isOffered ? "waits before \(verb) if offered" : "waits"
                if step.isEarly || isOffered { aspects[key] = step.isEarly ? "no" : "yes" }
            }
            if verb == "EHLO" { hasGreeted = true }
            if verb == "QUIT" { quits = true }
            let reply = index + 1 < trace.steps.count ? trace.steps[index + 1].reply : trace.last
            if verb == "RCPT", reply.code / 100 == 2 { accepted += 1 }
            if verb == "MAIL" { accepted = 0 }
            let isRefusal = reply.code / 100 != 2 && reply.code / 100 != 3 || !reply.isOrdinary
            // After an accepted recipient a refused one changes nothing.
            guard isRefusal, accepted == 0 || verb == "DATA" || verb.hasPrefix("{") else { continue }
            if index + 1 < trace.steps.count {
                guard !trace.steps[index + 1].isEarly else { continue }
                note("\(verb), told \(Self.kind(reply))", Self.verb(trace.steps[index + 1].text))
            } else if let manner = trace.manner {
                note("\(verb), told \(Self.kind(reply))", manner == .hang ? "waits" : "closes")
            }
        }
        if trace.isDelivered, trace.manner != nil || quits { aspects["quits"] = quits ? "yes" : "no" }
    }

    /// Whether two profiles can be of one program: no aspect has different values.
    func agrees(with other: TraceProfile) -> Bool {
        aspects.allSatisfy { other.aspects[$0.key] == nil || other.aspects[$0.key] == $0.value }
    }

    /// How many aspects they share.
    func shared(with other: TraceProfile) -> Int { aspects.filter { other.aspects[$0.key] == $0.value }.count }

    /// Takes over what `other` shows.
    mutating func merge(_ other: TraceProfile) { aspects.merge(other.aspects) { own, _ in own } }

    /// Richer ones first, then by text, so that an order exists that depends on nothing else.
    static func < (a: TraceProfile, b: TraceProfile) -> Bool {
        if a.aspects.count != b.aspects.count { return a.aspects.count > b.aspects.count }
        return a.text < b.text
    }

    private var text: String { aspects.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ";") }

    private mutating func note(_ aspect: String, _ value: String) {
        if aspects[aspect] == nil { aspects[aspect] = value }
    }

    private mutating func addSpelling(_ verb: String, _ step: Trace.Step) {
        // Up to the first thing that varies, with what an address or a name looks like.
        let fixed = step.text.prefix { $0 != "{" && $0 != "<" }
        var value = verb.hasPrefix("{") ? verb : String(fixed)
        if verb == "MAIL" || verb == "RCPT" {
            value += step.text.dropFirst(fixed.count).hasPrefix("<") ? "<" : ""
            for word in step.text.split(separator: " ").dropFirst() {
                guard let name = word.split(separator: "=").first, word.contains("="), !word.contains("<") else {
                    continue
                }
                note("\(verb) \(name.uppercased())", String(name))
            }
        }
        if verb == "HELO" || verb == "EHLO" { note("name", Self.nameKind(step.text)) }
        note("\(verb) is", value + (step.lineEnd == .crlf ? "" : " " + step.lineEnd.rawValue))
    }

    /// Names depend on the host, but an address is no name.
    private static func nameKind(_ text: String) -> String {
        let form = text.drop { $0 != "{" }
        switch form {
        case "{fqdn}", "{label}", "{localhost}", "{localdomain}": return "name"
        default: return String(form)
        }
    }

    private static func verb(_ text: String) -> String {
        if text.hasPrefix("{message") { return "{message}" }
        let word = text.drop { $0 == "{" || $0 == "}" }.prefix { $0 != " " && $0 != ":" && $0 != "{" && $0 != "}" }
        return text.hasPrefix("{") ? "{\(word)}" : word.uppercased()
    }

    private static func kind(_ reply: ReplySymbol) -> String {
        reply.isOrdinary ? "\(reply.code / 100)xx" : reply.description
    }
}
