import DialectLearning
import Dialects
import SMTP
import Testing

/// Templates and dialects as a vantage knows them.
struct ProjectionTests {
    @Test(
        arguments: [
            ("ehlo  {fqdn}", "EHLO {fqdn}", "EHLO {fqdn}"), ("helo {label}", "EHLO {label}", "HELO {label}"),
            ("mail From: <{path}>   size={n}[ BODY={x}]", "MAIL FROM:<{path}> size={n}[ BODY={x}]", nil),
            ("Rcpt To:{addr}", "RCPT TO:{addr}", nil), ("data{sp}", "DATA", nil), ("rset", "RSET", nil),
            ("quit", "NOOP", nil), ("AUTH PLAIN {x}", "NOOP", nil),
            ("MAIL{tab}FROM:<{addr}>", "MAIL FROM:<{addr}>", nil),
            ("MAIL FROM:{x}", "NOOP", nil), ("xfoo bar", "xfoo {x}", nil), ("{message A,B!}", "{message A,B!}", nil),
            ("BDAT {n} LAST", "DATA", nil),
        ] as [(String, String, String?)])
    func templates(text: String, postfix: String, sendmail: String?) throws {
        let template = try MessageTemplate(text)
        #expect(template.projected(to: .wire) == template)
        #expect(template.projected(to: .milterPostfix).text == postfix)
        #expect(template.projected(to: .milterPostfixPolicy).text == sendmail ?? postfix)
        #expect(template.projected(to: .milterSendmail).text == sendmail ?? postfix)
    }

    /// Everything that a dialect can say in `length` messages: reply classes and projected templates.
    private func language(_ dialect: Dialect, at vantage: Vantage, length: Int) -> Set<[String]> {
        var words: Set<[String]> = []
        var front: [[String]: Set<Int>] = [[]: [0]]
        for _ in 0..<length {
            var next: [[String]: Set<Int>] = [:]
            for (word, states) in front {
                for transition in dialect.transitions where states.contains(transition.source) {
                    let text = dialect.states[transition.target].template?.projected(to: vantage).text ?? ""
                    for reply in transition.replies.classes {
                        next[word + ["\(reply)", text], default: []].insert(transition.target)
                    }
                }
            }
            words.formUnion(next.keys)
            front = next
        }
        return words
    }

    @Test(
        "A projected dialect says the same, with no more states", arguments: [Vantage.milterPostfix, .milterSendmail])
    func sameLanguage(vantage: Vantage) throws {
        var dialects = Starter.model.dialects.filter {
            ["postfix", "lethic", "hedsen", "no-brackets"].contains($0.name)
        }
        for seed in 0..<25 as Range<UInt64> {
            var random = RandomModel(seed: seed)
            dialects += try random.model().dialects
        }
        var smaller = 0
        for dialect in dialects {
            let projected = dialect.projected(to: vantage)
            #expect(
                language(projected, at: vantage, length: 4) == language(dialect, at: vantage, length: 4),
                "\(dialect.name)")
            // Deterministic: a reply and a message lead to one state.
            let ways = projected.transitions.flatMap { way in
                way.replies.classes.map { "\(way.source) \($0) \(projected.states[way.target].template?.text ?? "")" }
            }
            #expect(Set(ways).count == ways.count)
            #expect(projected.unreachableStates.isEmpty)
            #expect(projected.projected(to: vantage).states.count == projected.states.count)
            if projected.states.count < dialect.states.count { smaller += 1 }
        }
        #expect(smaller > 0)
    }
}
