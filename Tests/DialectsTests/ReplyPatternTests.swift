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
            ("250,251", [.positive]), ("2xx,550", [.positive, .permanent]),
        ] as [(String, Set<ReplyPattern.Class>)])
    func codes(text: String, classes: Set<ReplyPattern.Class>) throws {
        let pattern = try #require(ReplyPattern(text))
        #expect(pattern.classes == classes)
        #expect(pattern.description == text)
        for observed in ReplyPattern.Class.allCases {
            #expect(pattern.admits(observed) == (observed == .unknown || classes.contains(observed)))
        }
    }

    @Test(arguments: [
        "", ",", "250,", ",250", "25", "2500", "xxx", "2x5", "x50", "150", "650", "1xx", "0xx", "250 251", "25X", "ANY",
        "2-0", "٢٥٠", "250;251",
    ])
    func whatIsNoListOfReplies(text: String) {
        #expect(ReplyPattern(text) == nil)
    }
}
