import EngineTraits
import FakeMTA
import Foundation
import Testing

@Suite("Limits", .bothEngines)
struct LimitTests {
    static func session(_ filter: ScriptedFilter) throws -> (session: FakeMTASession, answer: MilterAnswer) {
        let session = try FakeMTASession(socket: filter.socket)
        return (session, try session.connect(Probe.peer))
    }

    @Test func theSessionBeyondTheMaximumIsLetThrough() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--maximum-sessions", "3"])
        let sessions = try (1...3).map { _ in try Self.session(filter) }
        #expect(sessions.allSatisfy { $0.answer == MilterAnswer(.continue) })
        for turnedAway in 1...2 {
            let beyond = try Self.session(filter)
            #expect(beyond.answer == MilterAnswer(.accept))
            try beyond.session.quit()
            try filter.process.awaitCounts { $0.active == 3 && $0.turnedAway == turnedAway }
        }
        // Those that are filtered go on being filtered.
        #expect(try sessions[0].session.mail("<a@example.net>") == MilterAnswer(.continue))
        #expect(filter.record.count { $0.contains(" connect ") } == 3)
    }

    @Test func aSlotThatIsFreeAgainIsUsed() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--maximum-sessions", "1"])
        for _ in 1...20 {
            let (session, answer) = try Self.session(filter)
            #expect(answer == MilterAnswer(.continue))
            try session.quit()
        }
        #expect(try filter.process.counts().turnedAway == 0)
    }

    /// Connections on which nothing has happened yet take nobody's place.
    @Test func aConnectionThatHasOnlyNegotiatedTakesNoSlot() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--maximum-sessions", "2"])
        let silent = try (1...5).map { _ in try FakeMTASession(socket: filter.socket) }
        let first = try (1...2).map { _ in try Self.session(filter) }
        #expect(first.map(\.answer) == [MilterAnswer(.continue), MilterAnswer(.continue)])
        #expect(try silent[0].connect(Probe.peer) == MilterAnswer(.accept))
        for (session, _) in first { try session.quit() }
        #expect(try silent[1].connect(Probe.peer) == MilterAnswer(.continue))
    }

    /// Sessions that were let through take no place either, while their mail server has not closed.
    @Test func aSessionThatWasLetThroughTakesNoSlot() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--maximum-sessions", "1"])
        let first = try Self.session(filter)
        let beyond = try (1...3).map { _ in
            let connection = try FakeMTAConnection(to: filter.socket)
            _ = try connection.negotiate()
            try connection.send(MilterPacket(.connect, payload: Probe.peer.payload))
            #expect(try connection.receiveAnswer(to: .connect) == MilterAnswer(.accept))
            return connection
        }
        try first.session.quit()
        #expect(try Self.session(filter).answer == MilterAnswer(.continue))
        withExtendedLifetime(beyond) {}
    }
}
