import Configuration
import Testing

/// Settings that exclude each other, and settings that hardly do what was meant.
struct ContradictionTests {
    @Test func delayMustBeShorterThanTheRetryWindow() {
        #expect(
            errors("greylist_retry_window = 1h\ngreylist_delay = 3600") == [
                "f:2: greylist_delay: 1h is not shorter than greylist_retry_window (1h), so no retry ever passes: make "
                    + "greylist_delay shorter or greylist_retry_window longer"
            ])
        #expect(load("greylist_retry_window = 60s").errors.map(\.code) == [.contradiction])
        #expect(errors("greylist_retry_window = 1h\ngreylist_delay = 3599").isEmpty)
    }

    @Test func contradictionOfAnUnreadableValueIsNotReported() {
        #expect(load("greylist_retry_window = 60s\ngreylist_delay = x").errors.map(\.code) == [.wrongType])
    }

    @Test func observingContradictsNothing() {
        #expect(warnings("mode = observe\nenforce = tempfail reject").isEmpty)
        #expect(warnings("certain_action = reject").isEmpty)
        #expect(load("").warnings.isEmpty)
    }

    @Test(arguments: [
        (
            "enforce = fakereject",
            "f:1: enforce: fakereject has no effect as long as fake_reject_fraction is 0: set fake_reject_fraction above 0, "
                + "or remove fakereject"
        ),
        (
            "\ncertain_action = fakereject",
            "f:2: certain_action: fakereject has no effect as long as fake_reject_fraction is 0: set fake_reject_fraction "
                + "above 0, or remove fakereject"
        ),
        (
            "fake_reject_fraction = 5%",
            "f:1: fake_reject_fraction: it has no effect as long as certain_action is tempfail: set certain_action = "
                + "fakereject, or remove fake_reject_fraction"
        ),
        (
            "mode = enforce\nenforce =",
            "f:2: enforce: mode enforce applies nothing as long as enforce is empty: name the refusals to apply, such as "
                + "enforce = tempfail"
        ),
        (
            "mode = enforce\ncertain_action = reject",
            "f:2: certain_action: reject is not among enforce, so it is only logged: add reject to enforce, or choose "
                + "another certain_action"
        ),
        (
            "trusted_networks = 0.0.0.0/0",
            "f:1: trusted_networks: 0.0.0.0/0 exempts every IPv4 client, so none is ever refused: use mode = observe, or "
                + "name the networks meant"
        ),
        (
            "allow_addresses = ::/0",
            "f:1: allow_addresses: ::/0 exempts every IPv6 client, so none is ever refused: use mode = observe, or name "
                + "the networks meant"
        ),
        (
            "fake_reject_hourly_limit = 5",
            "f:1: fake_reject_hourly_limit: it has no effect as long as certain_action is tempfail: set certain_action = "
                + "fakereject, or remove fake_reject_hourly_limit"
        ),
        (
            "certain_action = fakereject\nfake_reject_fraction = 1\nfake_reject_recipients =",
            "f:3: fake_reject_recipients: there are no fake rejections as long as it is empty: name recipients, traps or "
                + "all, or choose another certain_action"
        ),
        (
            "certain_action = fakereject\nfake_reject_fraction = 1\nfake_reject_recipients = traps",
            "f:3: fake_reject_recipients: there are no traps, so there are no fake rejections: name some in trap_addresses "
                + "or trap_domains"
        ),
        (
            "protected_recipients = postmaster security",
            "f:1: protected_recipients: abuse is missing, so refused senders cannot complain: add abuse to the list"
        ),
        (
            "trap_addresses = abuse@example.com",
            "f:1: trap_addresses: \"abuse@example.com\" is not a trap as long as protected_recipients contains abuse: remove it "
                + "from one of the two"
        ),
        (
            "socket = inet:8899@127.0.0.1\nsocket_mode = 0660",
            "f:2: socket_mode: it has no effect on the socket inet:8899@127.0.0.1: remove socket_mode, or use a unix "
                + "socket"
        ),
        (
            "socket_mode = 0666",
            "f:1: socket_mode: every user on this host can connect to the filter: use 0660 and put the mail server's "
                + "user into the socket's group"
        ),
        (
            "socket = inet:8899",
            "f:1: socket: inet:8899 listens on every address of this host: name one, such as inet:8899@127.0.0.1"
        ),
    ])
    func warning(text: String, message: String) {
        let loaded = load(text)
        #expect(loaded.warnings.map(\.description) == [message])
        #expect(loaded.errors.isEmpty)
    }

    @Test(arguments: ["inet6:8899", "inet:0.0.0.0:8899", "inet:8899@0.0.0.0", "inet6:[::]:8899", "inet6:8899@::"])
    func socketsOpenToAll(text: String) {
        #expect(load("socket = \(text)").warnings.map(\.code) == [.unprotected])
    }

    @Test func errorsAndWarningsAreEqualByCode() {
        let one = ConfigurationError(.wrongType, at: .commandLine, problem: "a", remedy: "b")
        let two = ConfigurationError(.wrongType, at: .file("f", line: 1), key: "mode", problem: "c", remedy: "d")
        let three = ConfigurationError(.outOfRange, at: .commandLine, problem: "a", remedy: "b")
        #expect(one == two)
        #expect(one != three)
        #expect(Set([one, two, three]).count == 2)
    }
}
