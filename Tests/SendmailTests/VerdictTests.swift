import ClientLab
import DaemonLab
import Testing

@Suite("Verdicts on the wire of Sendmail", Requirements.sendmail)
struct VerdictTests {
    @Test func honestMailIsLeftAloneInEveryMode() throws {
        for settings in [["mode": "observe"], FilteredSendmail.enforcing("reject")] {
            let lab = try FilteredSendmail(settings)
            #expect(try lab.send(.honest).code == 250)
            try lab.sendmail.waitUntilDelivered(1)

            let verdicts = lab.daemon.awaitVerdicts(1)

            #expect(verdicts.map { $0["action"] } == ["accept"])
        }
    }
}
