import Memory
import Policy
import SMTP
import Testing

/// Whose words are believed to be the mail server's.
@Suite("What the mail server says of unknown users")
struct GenuineReplyTableTests {
    private let local = GenuineReply.standard(for: .postfix, table: .localRecipient)!
    private let virtual = GenuineReply.standard(for: .postfix, table: .virtualMailbox)!
    private let custom = GenuineReply(enhancedCode: EnhancedStatusCode(5, 1, 1)!, text: "Sorry, user unknown here")

    private func say(
        _ reply: GenuineReply, _ table: inout GenuineReplyTable, about recipient: Int, from network: Int,
        domain: String = "lab.example"
    ) {
        table.note(
            reply, by: .postfix, about: address("<user\(recipient)@\(domain)>"),
            to: AddressPrefix("198.51.\(network).0/24"), at: at(0))
    }

    @Test("the makers' words are believed at once, but one refusal does not replace them")
    func standardWords() {
        var table = GenuineReplyTable()
        #expect(table.reply(for: "lab.example") == nil)
        say(virtual, &table, about: 1, from: 1)
        #expect(table.reply(for: "lab.example") == virtual)
        for _ in 0..<100 { say(local, &table, about: 2, from: 2) }
        #expect(table.reply(for: "lab.example") == virtual)
        #expect(table.reply(for: "other.example") == nil)
    }

    @Test("other words must be said to three recipients and in two networks")
    func otherWords() {
        var table = GenuineReplyTable()
        for recipient in 0..<50 { say(custom, &table, about: recipient, from: 1) }
        #expect(table.reply(for: "lab.example") == nil)
        say(custom, &table, about: 1, from: 2)
        #expect(table.reply(for: "lab.example") == custom)
        var few = GenuineReplyTable()
        for network in 0..<50 { say(custom, &few, about: network % 2, from: network) }
        #expect(few.reply(for: "lab.example") == nil)
    }

    @Test("words that the server still says to others are not replaced; when it has changed them they are")
    func change() {
        var table = GenuineReplyTable()
        say(local, &table, about: 0, from: 0)
        for round in 1..<50 {
            say(custom, &table, about: round, from: round)
            say(custom, &table, about: -round, from: round)
            say(local, &table, about: round, from: 9)
        }
        #expect(table.reply(for: "lab.example") == local)
        for round in 1...3 { say(virtual, &table, about: round, from: round) }
        #expect(table.reply(for: "lab.example") == virtual)
    }

    @Test("a thousand other domains do not keep a new one out")
    func manyDomains() {
        var table = GenuineReplyTable()
        for number in 0..<2 * GenuineReplyTable.capacity {
            say(local, &table, about: 1, from: 1, domain: "d\(number).example")
        }
        let known = (0..<2 * GenuineReplyTable.capacity).count { table.reply(for: "d\($0).example") != nil }
        #expect(known == GenuineReplyTable.capacity)
        say(virtual, &table, about: 1, from: 1)
        #expect(table.reply(for: "lab.example") == virtual)
    }

    @Test("one domain, however it is written; the number of domains is bounded")
    func domains() {
        var table = GenuineReplyTable()
        say(local, &table, about: 1, from: 1, domain: "B\u{fc}cher.example.")
        #expect(table.reply(for: "xn--bcher-kva.example") == local)
        for number in 0..<2_000 { say(local, &table, about: 1, from: 1, domain: "d\(number).example") }
        // The last one is known: it was not the turn of others to stay for ever.
        #expect(table.reply(for: "d1999.example") == local)
        #expect((0..<2_000).count { table.reply(for: "d\($0).example") != nil } <= GenuineReplyTable.capacity)
    }
}
