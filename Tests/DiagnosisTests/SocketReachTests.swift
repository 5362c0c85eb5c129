import Diagnosis
import Testing

private let postfix = Account(name: "postfix", id: 105, group: 112, groups: [112, 990])
private let path = "/var/spool/postfix/argot/argot.sock"

private func directory(_ path: String, _ mode: Int, owner: Int = 0, group: Int = 0) -> PathStep {
    PathStep(path: path, isDirectory: true, mode: mode, owner: owner, group: group)
}

private func socket(_ mode: Int, owner: Int = 999, group: Int = 112) -> PathStep {
    PathStep(path: path, isDirectory: false, isSocket: true, mode: mode, owner: owner, group: group)
}

private func ids(_ steps: [PathStep], missing: String? = nil, refusesWritable: Bool = false, isAllowed: Bool? = nil)
    -> [String]
{
    SocketReach(
        path: path, account: postfix, steps: steps, missing: missing, refusesWritable: refusesWritable,
        isAllowed: isAllowed
    ).findings.map(\.id)
}

@Suite("The way to a socket")
struct SocketReachTests {
    @Test func everyStepCounts() {
        let open = [directory("/", 0o755), directory("/var", 0o755)]
        #expect(
            ids(open + [directory("/var/spool/postfix/argot", 0o2750, owner: 999, group: 112), socket(0o660)]) == [
                "socket"
            ])
        #expect(
            ids(open + [directory("/var/spool/postfix/argot", 0o750, owner: 999, group: 999), socket(0o660)]) == [
                "socket.directory"
            ])
        #expect(ids([directory("/", 0o700), socket(0o666)]) == ["socket.directory"])
        #expect(ids(open + [socket(0o660)]) == ["socket"])
        #expect(ids(open + [socket(0o600)]) == ["socket.permission"])
        #expect(ids(open + [socket(0o660, group: 999)]) == ["socket.permission"])
        #expect(ids(open + [socket(0o666, group: 999)]) == ["socket"])
        // A further group counts as the own one does.
        #expect(ids(open + [socket(0o660, group: 990)]) == ["socket"])
        // Who owns it is bound by the owner's bits, whatever the others may.
        #expect(ids(open + [socket(0o066, owner: 105)]) == ["socket.permission"])
        #expect(ids(open + [directory(path, 0o777)]) == ["socket.kind"])
        #expect(ids(open, missing: path) == ["socket.missing"])
    }

    @Test func aMissingDirectoryComesWithItsCommand() {
        let reach = SocketReach(
            path: path, account: postfix, steps: [directory("/", 0o755)], missing: "/var/spool/postfix/argot")
        #expect(reach.findings.map(\.place) == ["/var/spool/postfix/argot"])
        #expect(reach.findings[0].remedy[0] == "install -d -o argot -g postfix -m 2750 /var/spool/postfix/argot")
    }

    /// Access lists may allow or forbid what the bits do not.
    @Test func theKernelsAnswerOutweighsTheBits() {
        let steps = [directory("/", 0o755), socket(0o600)]
        #expect(ids(steps, isAllowed: true) == ["socket"])
        #expect(ids([directory("/", 0o755), socket(0o660)], isAllowed: false) == ["socket.permission"])
    }

    @Test func sendmailTrustsNoDirectoryOfOthers() {
        let steps = [directory("/", 0o755), directory("/run/argot", 0o775), socket(0o660)]
        #expect(ids(steps) == ["socket"])
        #expect(ids(steps, refusesWritable: true) == ["socket.unsafe-directory"])
        // The sticky bit does not help; such a directory stays as it is, and the socket goes.
        let sticky = [directory("/tmp", 0o1777), socket(0o660)]
        #expect(ids(sticky, refusesWritable: true) == ["socket.unsafe-directory"])
        let reach = SocketReach(path: path, account: postfix, steps: sticky, missing: nil, refusesWritable: true)
        #expect(reach.findings.allSatisfy { $0.remedy.allSatisfy { !$0.contains("chmod") } })
    }

    @Test func stepsOfThisHostAreFound() {
        let (steps, missing) = PathStep.steps(to: "/dev/null/x")
        #expect(steps.map(\.path) == ["/", "/dev", "/dev/null"])
        #expect(steps.map(\.isDirectory) == [true, true, false])
        #expect(missing == "/dev/null/x")
        #expect(steps[0].owner == 0)
    }
}
