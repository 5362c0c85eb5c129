import Configuration
import Testing

/// Lines, continuations and comments.
struct LexingTests {
    private func entries(_ text: String) -> [String] {
        ConfigurationFile(name: "f", bytes: text.utf8).entries.map { "\($0.source) \($0.key)=\($0.value)" }
    }

    @Test func blanksAroundKeyAndValueDoNotCount() {
        #expect(entries("mode=observe") == ["f:1 mode=observe"])
        #expect(entries("mode \t=\t observe \t") == ["f:1 mode=observe"])
    }

    @Test func carriageReturnsAndByteOrderMarkDoNotCount() {
        #expect(entries("\u{feff}mode = observe\r\nbreaker = no\r\n") == ["f:1 mode=observe", "f:2 breaker=no"])
    }

    @Test func emptyLinesAndCommentsDoNotEndAContinuation() {
        let text = "enforce =\n  tempfail\n\n# comment\n   # indented comment\n\treject\nmode = enforce"
        #expect(entries(text) == ["f:1 enforce=tempfail reject", "f:7 mode=enforce"])
    }

    @Test func valueMayHoldEqualsSignsAndSharps() {
        #expect(entries("trap_addresses = a=b@c d#e@f") == ["f:1 trap_addresses=a=b@c d#e@f"])
    }

    @Test func commentsMayHoldAnything() {
        #expect(ConfigurationFile(name: "f", bytes: [0x23, 0xff, 0x00, 0x0a]).errors.isEmpty)
    }

    @Test func errorInAContinuationNamesItsOwnLine() {
        #expect(
            errors("allow_addresses = 192.0.2.1\n  192.0.2.300\n# x\n  192.0.2.2, 10.1.0.0/8") == [
                "f:2: allow_addresses: \"192.0.2.300\" is not an address or a network: write it like 192.0.2.1, "
                    + "192.0.2.0/24 or 2001:db8::/32",
                "f:4: allow_addresses: \"10.1.0.0/8\" has bits set beyond the prefix length 8: write 10.0.0.0/8 for the "
                    + "network or 10.1.0.0/32 for the one address",
            ])
    }

    @Test(arguments: [
        ("mode enforce", "f:1: mode: there is no \"=\" in \"mode enforce\": write mode = VALUE, or # before a comment"),
        (
            "mode: enforce",
            "f:1: mode: there is no \"=\" in \"mode: enforce\": write mode = VALUE, or # before a comment"
        ),
        ("hello", "f:1: there is no \"=\" in \"hello\": write KEY = VALUE, or # before a comment"),
        ("= x", "f:1: there is no key before \"=\": write a key that argotd.conf(5) lists"),
        ("greylist_dealy = 1m", "f:1: unknown key \"greylist_dealy\": did you mean greylist_delay?"),
        ("Greylist-Delay = 1m", "f:1: unknown key \"Greylist-Delay\": did you mean greylist_delay?"),
        ("frobnicate = 1", "f:1: unknown key \"frobnicate\": write a key that argotd.conf(5) lists"),
        ("\nbreaker = no\n\nbreaker = no", "f:4: breaker: already set on line 2: keep one of the two"),
        (
            "\n  mode = enforce",
            "f:2: the line starts with a blank but there is no setting to continue: remove the blank"
        ),
        (
            "enforce = tempfail\n mode = enforce",
            "f:2: mode: the blank before it makes it part of enforce: start the line with mode"
        ),
        (
            "mode = enforce # now",
            "f:1: mode: \"# now\" is part of the value: put the comment on a separate line"
        ),
        ("mode = # now", "f:1: mode: \"# now\" is part of the value: put the comment on a separate line"),
        ("mode = en\0force", "f:1: the line contains a zero byte: save the file as plain text"),
        ("mode = en\u{1b}[1m", "f:1: the line contains the control character 27: remove it"),
    ])
    func brokenLine(text: String, message: String) {
        #expect(errors(text) == [message])
    }

    @Test func bytesThatAreNoText() {
        let lines = Array("mode = observe\nlog_format = ".utf8) + [0xe9, 0x0a]
        #expect(
            ConfigurationFile(name: "f", bytes: lines).errors.map(\.description) == [
                "f:2: the line is not UTF-8: save the file as UTF-8"
            ])
        #expect(
            ConfigurationFile(name: "f", bytes: [0xff, 0xfe, 0x6d, 0x00]).errors.map(\.description) == [
                "f:1: the file is UTF-16: save it as UTF-8"
            ])
    }

    @Test func lineBeyondTheLimit() {
        let text = "trap_domains = " + String(repeating: "a", count: 4_082)
        #expect(
            errors(text) == [
                "f:1: the line has 4097 bytes: break it after at most 4096 and start the next line with a blank"
            ])
    }

    @Test func linesThatContinueABrokenOneAreNotReported() {
        #expect(errors("hello\n  world\n  mode = x").count == 1)
        #expect(errors("  hello\n  world").count == 1)
    }

    @Test func allErrorsAreReportedInTheOrderOfLines() {
        let text = "mode = maybe\nhello\nbreaker = 1\nbreaker = no\ngreylist_delay = x\n"
        let loaded = load(text)
        #expect(loaded.errors.map(\.source.line) == [1, 2, 3, 4, 5])
        #expect(loaded.errors.map(\.code) == [.wrongType, .missingEquals, .wrongType, .duplicateKey, .wrongType])
        #expect((loaded.errors.map(\.description)).joined(separator: "\n") == failure(loaded)?.description)
    }

    private func failure(_ loaded: LoadedConfiguration) -> ConfigurationErrors? {
        if case .failure(let errors) = loaded.result { errors } else { nil }
    }
}
