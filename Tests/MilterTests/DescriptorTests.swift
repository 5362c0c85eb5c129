import EngineTraits
import FakeMTA
import Foundation
import Testing

/// libmilter's listener spins when accept(2) fails for want of descriptors.
@Suite("Descriptors run out", .serialized, .timeLimit(.minutes(10)), .bothEngines)
struct DescriptorTests {
    static let limit = 200

    /// Connects until nobody answers any more: what is beyond waits in the backlog.
    static func fill(_ socket: String) throws -> [FakeMTAConnection] {
        try (1...limit + 20).map { _ in try FakeMTAConnection(to: socket) }
    }

    static func probe(in directory: TemporaryDirectory) throws -> (socket: String, process: FilterProcess) {
        let socket = "unix:" + directory.file("socket")
        return (socket, try Probe.start(socket: socket, in: directory, descriptors: limit))
    }

    /// The processor time that passes while `body` is repeated for three seconds.
    static func processorTime(of process: FilterProcess, during body: () throws -> Void) rethrows -> Duration {
        let before = process.processorTime
        let end = ContinuousClock.now + .seconds(3)
        while ContinuousClock.now < end {
            try body()
            usleep(50_000)
        }
        return process.processorTime - before
    }

    @Test func nobodySpinsAndServiceComesBack() throws {
        let directory = try TemporaryDirectory()
        let (socket, process) = try Self.probe(in: directory)
        var connections = try Self.fill(socket)
        #expect(eventually { process.descriptorCount > Self.limit / 2 })
        let first = try connections[0].negotiate()
        #expect(first.version == 6)
        // The guard looks once a second; of three seconds it may miss one and a little.
        let spent = Self.processorTime(of: process) {}
        #expect(spent < .milliseconds(1_500))
        // Who is served goes on being served.
        try connections[0].send(MilterPacket(.connect, payload: Probe.peer.payload))
        #expect(try connections[0].receiveAnswer(to: .connect) == MilterAnswer(.continue))

        // What waited in the meantime is served without a new connection, and then what is new.
        let last = connections.removeLast()
        connections = []
        last.timeout = .seconds(60)
        #expect(try last.negotiate().version == 6)
        last.close()
        let session = try FakeMTASession(socket: socket, timeout: .seconds(60))
        #expect(try session.connect(Probe.peer) == MilterAnswer(.continue))
        try session.quit()
        try process.awaitCounts { $0.active == 0 }
    }

    /// A single descriptor that comes free is no reason to take connections again.
    @Test func nobodySpinsWhileSessionsComeAndGo() throws {
        let directory = try TemporaryDirectory()
        let (socket, process) = try Self.probe(in: directory)
        var connections = try Self.fill(socket)
        #expect(eventually { process.descriptorCount > Self.limit / 2 })
        _ = Self.processorTime(of: process) {}
        let spent = try Self.processorTime(of: process) {
            // The oldest connections have the lowest descriptors.
            connections.removeFirst().close()
            connections.append(try FakeMTAConnection(to: socket))
        }
        #expect(spent < .milliseconds(600))
    }
}
