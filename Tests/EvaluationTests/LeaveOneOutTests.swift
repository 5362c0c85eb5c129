import Dialects
import SMTP
import Testing

@testable import Evaluation

struct LeaveOneOutTests {
    @Test(
        "Names of one program: equal, or one with a version or a variant behind the other",
        arguments: [
            ("exim4", "exim", true), ("swaks", "swaks-pipeline", true), ("postfix", "postfix", true),
            ("postfix", "postfixlike", false), ("qmail", "exim", false), ("php.mail", "php", true),
        ])
    func samePrograms(one: String, other: String, isSame: Bool) {
        #expect(LeaveOneOutMachines.isSameProgram(one, other) == isSame)
        #expect(LeaveOneOutMachines.isSameProgram(other, one) == isSame)
    }

    @Test("Each kind is judged without its own program, and by the whole model where nothing is left out")
    func leavesOut() throws {
        let model = try DialectDocument.model(
            from: """
                argot-dialects 2
                dialect one-1 bot
                 origin test
                 state a EHLO {fqdn}
                 on start any to a
                 final good a
                dialect two tool
                 origin test
                 state a HELO {fqdn}
                 on start any to a
                 final good a

                """, file: "test"
        ).get()
        var machines = LeaveOneOutMachines(model: model, vantage: .wire, leavesOut: true)
        let (machine, leftOut) = machines.machine(for: "one")
        #expect(leftOut == ["one-1"])
        #expect(machine.model.dialects.map(\.name) == ["two"])
        #expect(machines.machine(for: "three").machine.model.dialects.count == 2)
        var whole = LeaveOneOutMachines(model: model, vantage: .wire, leavesOut: false)
        #expect(whole.machine(for: "one").leftOut.isEmpty)
    }
}
