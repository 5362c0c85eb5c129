import Decision
import SMTP
import Testing

@testable import Daemon

/// What all sessions share knows from where they can be seen, and the first snapshot is made for that.
struct DaemonStateTests {
    private func vantages(lines: LineDesk? = nil, tap: TapDesk? = nil) -> Set<Vantage> {
        let site = AdapterSite()
        var asked: [Vantage] = []
        let state = DaemonState(
            memory: site.state.memory, journal: site.state.journal, metrics: site.state.metrics, lines: lines, tap: tap
        ) { vantages in
            asked = vantages
            return site.state.snapshot
        }
        #expect(state.vantages == asked)
        return Set(asked)
    }

    @Test func aFilterMayBeOfEitherMailServer() {
        #expect(vantages() == [.milterPostfix, .milterSendmail])
        #expect(
            vantages(tap: TapDesk()) == [.milterPostfix, .milterSendmail, .milterPostfixTap, .milterSendmailTap])
    }

    /// Only Postfix tells lines by itself: no machine is made for a Sendmail before one is there.
    @Test func whoTellsCommandLinesIsPostfix() {
        #expect(vantages(lines: LineDesk()) == [.milterPostfix, .milterPostfixWire])
        #expect(
            vantages(lines: LineDesk(), tap: TapDesk()) == [.milterPostfix, .milterPostfixWire, .milterPostfixTap])
    }
}
