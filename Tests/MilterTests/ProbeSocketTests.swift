import EngineTraits
import FakeMTA
import Foundation
import Testing

@Suite("A filter and its socket", .timeLimit(.minutes(10)), .bothEngines)
struct ProbeSocketTests {
    @Test func aSecondFilterSaysThatTheFirstRuns() throws {
        let directory = try TemporaryDirectory()
        let socket = "unix:" + directory.file("socket")
        let first = try Probe.start(socket: socket, in: directory)
        let text = Probe.failure(socket: socket, in: directory)
        #expect(
            text == "milter-probe: \(directory.file("socket")) belongs to a running argotd: stop that one, "
                + "or set another socket\n")
        let session = try FakeMTASession(socket: socket)
        #expect(try session.connect(Probe.peer) == MilterAnswer(.continue))
        #expect(first.termination == nil)
    }

    @Test func aFilterOfAnotherKindIsNotRobbed() throws {
        let reference = try ScriptedFilter()
        let text = Probe.failure(socket: reference.socket, in: reference.process.directory)
        #expect(text.contains("a running program listens on"))
        let session = try FakeMTASession(socket: reference.socket)
        #expect(try session.connect(Probe.peer) == MilterAnswer(.continue))
    }

    @Test func afterADeathTheNextOneServes() throws {
        let directory = try TemporaryDirectory()
        let socket = "unix:" + directory.file("socket")
        let first = try Probe.start(socket: socket, in: directory)
        first.kill()
        #expect(FileManager.default.fileExists(atPath: directory.file("socket")))
        let second = try Probe.start(socket: socket, in: directory)
        let session = try FakeMTASession(socket: socket)
        #expect(try session.connect(Probe.peer) == MilterAnswer(.continue))
        #expect(second.termination == nil)
    }

    @Test func afterAStopTheFileIsGoneAndTheNextOneServes() throws {
        let directory = try TemporaryDirectory()
        let socket = "unix:" + directory.file("socket")
        for _ in 1...3 {
            let probe = try Probe.start(socket: socket, in: directory)
            let session = try FakeMTASession(socket: socket)
            #expect(try session.connect(Probe.peer) == MilterAnswer(.continue))
            try session.quit()
            #expect(try probe.stop() == .exited(0))
            #expect(!FileManager.default.fileExists(atPath: directory.file("socket")))
        }
    }

    @Test func aPortIsServed() throws {
        let directory = try TemporaryDirectory()
        let port = try Self.freePort()
        let probe = try Probe.start(socket: "inet:\(port)@127.0.0.1", in: directory)
        let session = try FakeMTASession(socket: "inet:\(port)@127.0.0.1")
        let answers = try Stage.eom.answers(of: session)
        #expect(answers.values.allSatisfy { $0 == MilterAnswer(.continue) })
        #expect(Probe.failure(socket: "inet:\(port)@127.0.0.1", in: directory).contains("Address already in use"))
        try session.quit()
        #expect(try probe.stop() == .exited(0))
    }

    /// An IPv6 socket on every address serves IPv4, too.
    @Test func aPortOfBothFamiliesIsServed() throws {
        let directory = try TemporaryDirectory()
        let port = try Self.freePort()
        let probe = try Probe.start(socket: "inet6:\(port)", in: directory)
        let session = try FakeMTASession(socket: "inet:\(port)@127.0.0.1")
        #expect(try session.connect(Probe.peer) == MilterAnswer(.continue))
        try session.quit()
        #expect(try probe.stop() == .exited(0))
    }

    @Test(arguments: [false, true])
    func anInheritedSocketIsServed(announced: Bool) throws {
        let directory = try TemporaryDirectory()
        let held = try HeldSocket(in: directory)
        let probe = try InheritingProbe(held, in: directory, announced: announced)
        let session = try FakeMTASession(socket: "unix:" + held.path)
        #expect(try session.connect(Probe.peer) == MilterAnswer(.continue))
        try session.quit()
        #expect(probe.stop() == 0)
        // It belongs to who holds it.
        #expect(FileManager.default.fileExists(atPath: held.path))
    }

    @Test func aDescriptorThatIsNoSocketIsRefused() throws {
        let directory = try TemporaryDirectory()
        #expect(Probe.failure(socket: "fd:0", in: directory).contains("fd:0 is not a listening socket"))
    }

    /// A port that was free a moment ago.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw FakeMTAError.system(call: "bind", errno: errno) }
        return UInt16(bigEndian: address.sin_port)
    }
}
