import EngineTraits
import FakeMTA
import Foundation
import Testing

@Suite("Signals and the drain", .timeLimit(.minutes(10)), .bothEngines)
struct SignalTests {
    @Test func aBurstOfHUPsStopsNobody() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Probe.peer)
        for _ in 1...50 { filter.process.signal(SIGHUP) }
        #expect(try session.mail("<a@example.net>") == MilterAnswer(.continue))
        try filter.process.awaitRecord("a HUP") { $0.contains { $0.hasPrefix("S0 hup ") } }
        // Signals under way are one; a HUP after the burst is seen again.
        for _ in 1...5 { #expect(try filter.process.counts().active == 1) }
        #expect(try session.rcpt("<b@lab.example>") == MilterAnswer(.continue))
        try session.quit()
        let other = try FakeMTASession(socket: filter.socket)
        #expect(try other.connect(Probe.peer) == MilterAnswer(.continue))
        #expect(filter.process.termination == nil)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func withNobodyConnectedTheEndComesSoon(signal: Int32) throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        filter.process.signal(signal)
        #expect(try filter.process.awaitTermination(within: .seconds(40)) == .exited(0))
        #expect(filter.process.events("drained").map { $0.prefix(39) } == ["drained under-way=0 abandoned=0 active="])
    }

    @Test func afterASessionTheEndComesSoon() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let session = try FakeMTASession(socket: filter.socket)
        _ = try Stage.eom.answers(of: session)
        try session.quit()
        #expect(try filter.process.stop(within: .seconds(40)) == .exited(0))
    }

    @Test func aSessionUnderWayIsAnsweredToItsEnd() throws {
        let filter = try ScriptedFilter(
            ScriptedFilter.probe,
            options: ["--drain", "60", "--answer", "eom=addheader:X-A: 1", "--answer", "eom=tempfail"])
        let session = try FakeMTASession(socket: filter.socket)
        _ = try Stage.mail.answers(of: session)
        filter.process.signal(SIGTERM)
        #expect(eventually { !FileManager.default.fileExists(atPath: filter.process.directory.file("socket")) })
        #expect(throws: FakeMTAError.self) { try FakeMTASession(socket: filter.socket) }
        for stage in [Stage.rcpt, .data, .header, .eoh, .body] {
            #expect(try stage.answer(of: session) == MilterAnswer(.continue))
        }
        #expect(
            try session.endOfMessage()
                == MilterAnswer(.tempfail, modifications: [.addHeader(name: "X-A", value: " 1")]))
        #expect(try session.mail("<second@example.net>") == MilterAnswer(.continue))
        // A second TERM, or HUP, changes nothing.
        filter.process.signal(SIGTERM)
        filter.process.signal(SIGHUP)
        try session.quit()
        #expect(try filter.process.awaitTermination(within: .seconds(40)) == .exited(0))
        #expect(
            filter.process.events("drained")
                == ["drained under-way=1 abandoned=0 active=0 begun=1 turned-away=0 failed-replies=0"])
        #expect(filter.record(ofSession: 1).suffix(2) == ["abort", "close"])
    }

    @Test func aSessionWithoutAnEndIsGivenUp() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--drain", "1"])
        let session = try FakeMTASession(socket: filter.socket)
        _ = try Stage.mail.answers(of: session)
        #expect(try filter.process.stop(within: .seconds(40)) == .exited(0))
        #expect(filter.process.events("drained").first?.hasPrefix("drained under-way=1 abandoned=1 ") == true)
        try session.connection.awaitClose()
    }

    @Test func aBlockedCallbackIsWaitedFor() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--drain", "60", "--answer", "mail=hang:1"])
        let session = try FakeMTASession(socket: filter.socket)
        _ = try Stage.unknown.answers(of: session)
        let process = filter.process
        Thread.detachNewThread { process.signal(SIGTERM) }
        #expect(try session.mail("<a@example.net>") == MilterAnswer(.continue))
        try session.quit()
        #expect(try filter.process.awaitTermination(within: .seconds(40)) == .exited(0))
    }

    /// Who connects while an inherited socket has no server waits for the next one.
    @Test func connectionsToAnInheritedSocketWaitForTheSuccessor() throws {
        let directory = try TemporaryDirectory()
        let held = try HeldSocket(in: directory)
        let first = try InheritingProbe(held, in: directory)
        let session = try FakeMTASession(socket: "unix:" + held.path)
        _ = try session.connect(Probe.peer)
        try session.quit()
        #expect(first.stop(within: 40) == 0)

        let waiting = try FakeMTAConnection(to: "unix:" + held.path, timeout: .seconds(60))
        try waiting.send(MilterPacket(.negotiate, payload: NegotiationOffer.postfix.payload))
        let second = try InheritingProbe(held, in: directory)
        #expect(try waiting.receive(awaiting: "the answer to the negotiation").replyCode == .negotiate)
        waiting.close()
        #expect(second.stop() == 0)
    }

    /// The same, while the first server still has a session under way.
    @Test func duringADrainConnectionsToAnInheritedSocketWait() throws {
        let directory = try TemporaryDirectory()
        let held = try HeldSocket(in: directory)
        let first = try InheritingProbe(held, in: directory, options: ["--drain", "60"])
        let session = try FakeMTASession(socket: "unix:" + held.path)
        _ = try session.connect(Probe.peer)
        first.signal(SIGTERM)
        // There is no outward sign of the gate's closing but that nobody answers any more.
        var waiting: FakeMTAConnection?
        let isClosed = eventually {
            guard let connection = try? FakeMTAConnection(to: "unix:" + held.path, timeout: .milliseconds(200)) else {
                return false
            }
            if (try? connection.negotiate()) != nil { return false }
            waiting = connection
            return true
        }
        #expect(isClosed)
        #expect(try session.mail("<a@example.net>") == MilterAnswer(.continue))
        let second = try InheritingProbe(held, in: directory)
        let connection = try #require(waiting)
        connection.timeout = .seconds(60)
        #expect(try connection.receive(awaiting: "the answer to the negotiation").replyCode == .negotiate)
        #expect(try session.rcpt("<b@lab.example>") == MilterAnswer(.continue))
        try session.quit()
        #expect(first.awaitEnd(within: 40) == 0)
        connection.close()
        #expect(second.stop() == 0)
    }

    /// As systemd restarts a service, ten times, while mail servers connect to the socket that it holds.
    @Test func tenRestartsUnderLoadRefuseAndLoseNoSession() throws {
        let directory = try TemporaryDirectory()
        let held = try HeldSocket(in: directory)
        let load = SessionLoad(on: "unix:" + held.path)
        var filter = try InheritingProbe(held, in: directory, options: ["--drain", "60"])
        for _ in 1...4 { Thread.detachNewThread { load.run() } }
        for round in 1...10 {
            let before = load.served
            #expect(eventually { load.served > before + 20 })
            #expect(filter.stop(within: 60) == 0, "restart \(round)")
            filter = try InheritingProbe(held, in: directory, options: ["--drain", "60"])
        }
        let before = load.served
        #expect(eventually { load.served > before + 20 })
        #expect(load.stop() == [])
        #expect(filter.stop() == 0)
    }

    /// libmilter finds the executable's sigwait(3) before libc's. The tests' own executable is linked like the daemon.
    @Test func sigwaitIsTheExecutables() throws {
        let library = try #require(dlopen("libc.so.6", RTLD_NOW))
        let own = try #require(dlsym(nil, "sigwait"))
        #expect(own != dlsym(library, "sigwait"))
    }

    /// The probe does not say that it is ready otherwise.
    @Test(.enabled(if: access("/usr/bin/nm", X_OK) == 0, "binutils is not installed"))
    func sigwaitIsExported() throws {
        let nm = Process()
        let output = Pipe()
        nm.executableURL = URL(fileURLWithPath: "/usr/bin/nm")
        nm.arguments = ["-D", "--defined-only", try FilterProcess.executable(ScriptedFilter.probe)]
        nm.standardOutput = output
        try nm.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        nm.waitUntilExit()
        #expect(text.split(separator: "\n").contains { $0.hasSuffix(" T sigwait") })
    }
}
