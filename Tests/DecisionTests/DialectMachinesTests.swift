import Dialects
import Policy
import SMTP
import Testing

@testable import Decision

/// Which machines a snapshot holds.
@Suite("Machines of a snapshot")
struct DialectMachinesTests {
    @Test("vantages that show the same share one, and a change of the policy keeps it")
    func shared() throws {
        let snapshot = try Site().snapshot
        let sendmail = snapshot.machine(for: .milterSendmail)
        #expect(snapshot.machine(for: .milterPostfixPolicy) === sendmail)
        #expect(snapshot.machine(for: .milterPostfix) !== sendmail)
        #expect(snapshot.machine(for: .wire) !== sendmail)
        #expect(snapshot.under(snapshot.policy.configuration).machine(for: .milterSendmail) === sendmail)
        for vantage in Vantage.allCases { #expect(snapshot.machine(for: vantage).vantage.sight == vantage.sight) }
    }

    @Test("only what is known to be needed is compiled in advance, and anything else once")
    func prepared() {
        for vantages in [[], [.milterPostfixPolicy, .milterSendmail], Vantage.milters()] as [[Vantage]] {
            let machines = DialectMachines(
                model: Site.model, vantages: vantages, matching: .likelihood, isProbing: false)
            #expect(machines.count == Set(vantages.map(\.sight)).count)
            _ = (machines[.wire], machines[.wire])
            #expect(machines.count == Set(vantages.map(\.sight)).count + 1)
        }
    }
}
