import Dialects
import SMTP
import Testing

/// Replies as symbols.
struct ReplySymbolTests {
    @Test(arguments: [
        "250", "250/550", "250+lf", "000", "none", "250/550+bare+lf", "000/250+broken+open", "000+status",
    ])
    func textBothWays(text: String) throws {
        #expect(try #require(ReplySymbol(text)).description == text)
    }

    private func reply(_ text: String, _ codes: [UInt16], _ form: ServerReply.Form = []) -> ServerReply {
        ServerReply(bytes: Array(text.utf8), codes: codes, form: form, time: 0)
    }

    @Test func formsOfReplies() {
        func symbol(_ text: String, _ codes: [UInt16], _ form: ServerReply.Form = [], long: Bool = false) -> String {
            ReplySymbol(reply(text, codes, form), isUsuallyLong: long).description
        }
        #expect(symbol("250 OK\r\n", [250]) == "250")
        #expect(symbol("250-a\r\n250 OK\r\n", [250, 250], .multiLine) == "250+lines")
        #expect(symbol("250-a\r\n250 SIZE\r\n", [250, 250], .multiLine, long: true) == "250")
        #expect(symbol("250-OK\r\n550 Error\r\n", [250, 550], [.multiLine, .mixedCodes]) == "250/550")
        #expect(symbol("250\r\n", [250], .codeOnly) == "250+bare")
        #expect(symbol("OK\r\n", [0], .malformed) == "000+broken")
        #expect(symbol("250 OK\n", [250], .bareLF) == "250+lf")
        #expect(symbol("250 5.1.1 no\r\n", [250]) == "250+status")
        #expect(symbol("250 2.1.5 yes\r\n", [250]) == "250")
        #expect(symbol("354 2.0.0 go\r\n", [354]) == "354")
        #expect(symbol("550 5.1.1 no\r\n", [550]) == "550")
        #expect(symbol("250 4 mails\r\n", [250]) == "250")
        #expect(ReplySymbol(nil).description == "none")
    }

    @Test func theClosestPatternsReact() throws {
        let text = """
            argot-dialects 2
            dialect x tool
              origin test
              state a RCPT TO:<{addr}>
              state b DATA
              state c RSET
              state d QUIT
              on start any to a
              on a 250 to b
              on a 4xx,5xx to c
              on a 421,250/550 to d
              final bad a after 452 by fin*1
            """
        let dialect = try DialectDocument.model(from: text, file: "m").get().dialects[0]
        func reactions(_ reply: String) throws -> [String] {
            let reactions = dialect.reactions(of: 1, to: try #require(ReplySymbol(reply)))
            return reactions.transitions.map { dialect.states[$0.target].name } + reactions.finals.map { _ in "end" }
        }
        #expect(try reactions("250") == ["b"])
        #expect(try reactions("250+lines") == ["b"])
        #expect(try reactions("450") == ["c"])
        #expect(try reactions("421") == ["d"])
        #expect(try reactions("452") == ["end"])
        #expect(try reactions("250/550") == ["d"])
        #expect(try reactions("550/250") == [])
        #expect(try reactions("251") == [])
    }
}
