import Dialects
import Testing

/// Lists of reply codes.
struct ReplyPatternTests {
    @Test(
        arguments: [
            ("250", [.positive]), ("220", [.positive]), ("354", [.positive]), ("4xx", [.transient]),
            ("45x", [.transient]),
            ("5xx", [.permanent]), ("550", [.permanent]), ("4xx,5xx", [.transient, .permanent]),
            ("any", [.positive, .transient, .permanent]), ("250,any", [.positive, .transient, .permanent]),
            ("250,251", [.positive]), ("2xx,550", [.positive, .permanent]), ("250+lines", [.positive]), ("299", []),
            ("350", []), ("354", [.positive]),
            ("250/550", []), ("550+lf", []), ("650", []), ("000+broken", []), ("none", []),
            ("250/550,450", [.transient]), ("000/250+broken+cr", []),
        ] as [(String, Set<ReplyPattern.Class>)])
    func codes(text: String, classes: Set<ReplyPattern.Class>) throws {
        let pattern = try #require(ReplyPattern(text))
        #expect(pattern.classes == classes)
        #expect(pattern.description == text)
        for observed in ReplyPattern.Class.allCases {
            // Replies of odd form have no class, so nothing that is only a class is one of them.
            #expect(pattern.admits(observed) == (observed == .unknown ? !classes.isEmpty : classes.contains(observed)))
        }
    }

    @Test(arguments: [
        "", ",", "250,", ",250", "25", "2500", "xxx", "2x5", "x50", "1xx", "6xx", "0xx", "250+", "250+LF",
        "250+lf+lf", "250/", "/250", "25/550", "2xx+lf", "none+lf", "250 251", "25X", "ANY",
        "2-0", "٢٥٠", "250;251",
    ])
    func whatIsNoListOfReplies(text: String) {
        #expect(ReplyPattern(text) == nil)
    }

    @Test(
        "What names a reply most closely",
        arguments: [
            ("250", "250", 4), ("250+lines", "250+lines", 4), ("250", "250+lines", 3.5), ("25x", "250", 3),
            ("2xx", "259+lines", 2), ("any", "250/550", 1), ("any", "none", 1), ("4xx,any", "450", 2),
        ] as [(String, String, Double)])
    func closeness(pattern: String, reply: String, closeness: Double) throws {
        let symbol = try #require(ReplySymbol(reply))
        #expect(try #require(ReplyPattern(pattern)).closeness(to: symbol) == closeness)
    }

    @Test(arguments: [("250", "250+lf"), ("2xx", "250/550"), ("25x", "251+bare"), ("250", "251"), ("250", "none")])
    func whatDoesNotNameAReply(pattern: String, reply: String) throws {
        let symbol = try #require(ReplySymbol(reply))
        #expect(try #require(ReplyPattern(pattern)).closeness(to: symbol) == nil)
    }
}
