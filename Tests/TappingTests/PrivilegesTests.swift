import Foundation
import Glibc
import Synchronization
import Testing

@testable import Tapping

/// What is left of a thread's rights once it has given them up. Both capabilities and the filter are a thread's own.
struct PrivilegesTests {
    /// What came of a few calls: 0, or the error.
    private final class Findings: Sendable {
        private let found = Mutex<[String: Int32]>([:])
        var all: [String: Int32] { found.withLock { $0 } }

        func note(_ call: String, _ result: Int) {
            let status = result < 0 ? errno : 0
            found.withLock { $0[call] = status }
            if result > 2 { close(Int32(result)) }
        }
    }

    @Test func whatIsNotNeededFails() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let (packets, other) = (ends[0], ends[1])
        let findings = Findings()
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            defer { finished.signal() }
            guard (try? Privileges.giveUp(packets: packets)) != nil else { return findings.note("giving up", -1) }
            findings.note("giving up", 0)
            findings.note("open", Int(open("/etc/hostname", O_RDONLY)))
            findings.note("socket inet", Int(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)))
            findings.note("socket packet", Int(socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)))
            findings.note("socket unix", Int(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)))
            findings.note("send on packets", send(packets, "x", 1, Int32(MSG_DONTWAIT)) > 0 ? 0 : -1)
            findings.note("write on packets", write(packets, "x", 1) > 0 ? 0 : -1)
            findings.note("send", send(other, "x", 1, Int32(MSG_DONTWAIT)) > 0 ? 0 : -1)
            var on: Int32 = 1
            findings.note(
                "setsockopt",
                Int(setsockopt(packets, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size)))
            )
            findings.note("kill", Int(kill(getpid(), 0)))
            findings.note("duplicate", Int(dup(packets)))
            let code = mmap(nil, 4_096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            findings.note("map code", code == MAP_FAILED ? -1 : 0)
        }
        #expect(finished.wait(timeout: .now() + 60) == .success)
        let allowed: Set = ["giving up", "socket unix", "send"]
        #expect(findings.all.count == 12)
        for (call, status) in findings.all {
            #expect(status == (allowed.contains(call) ? 0 : EPERM), "\(call)")
        }
    }
}
