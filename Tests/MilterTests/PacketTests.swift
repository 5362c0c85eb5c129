import CMilter
import EngineTraits
import FakeMTA
import Foundation
import Testing

/// Packets are checked before libmilter sees them (packets.c).
@Suite("What libmilter is given to see")
struct PacketTests {
    @Test(
        arguments: [
            ("", 0), ("C", 1), ("C\0", 1), ("Cj\0", 1), ("Cj", 1), ("Cj\0a\0", 5), ("Cj\0a", 1), ("Cj\0a\0v\0", 5),
            ("Cj\0a\0v\0b", 5), ("Cj\0a\0v\0b\0", 9), ("C\0\0", 3), ("C\0\0\0", 3), ("C\0\0\0\0", 5),
        ])
    func onlyWholePairsOfMacrosAreLeft(data: String, whole: Int) {
        let bytes = Array(data.utf8).map { CChar(bitPattern: $0) }
        #expect(argot_milter_whole_macros(bytes, bytes.count) == whole)
    }

    @Test(.bothEngines) func theMacrosBeforeOneWithoutAValueAreKept() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let session = try FakeMTASession(socket: filter.socket)
        let strings = ["j", "mx.example", "v", "Postfix 3.7.11", "{client_addr}"]
        try session.connection.send(
            MilterPacket(.macros, payload: [MilterCommand.connect.rawValue] + MilterPacket.terminated(strings)))
        #expect(try session.connect(Probe.peer) == MilterAnswer(.continue))
        #expect(try session.mail("<a@example.net>") == MilterAnswer(.continue))
        try session.quit()
    }

    /// Half a packet holds a thread of libmilter's; the packet's time is a minute, not the hour of a silent session.
    @Test(.bothEngines) func aSilentSessionOutlivesMillisecondsButHalfAPacketIsWaitedFor() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Probe.peer)
        let helo = MilterPacket(.helo, strings: ["mail.example"]).encoded()
        try session.connection.send(bytes: Array(helo.prefix(7)))
        let other = try FakeMTASession(socket: filter.socket)
        #expect(try other.connect(Probe.peer) == MilterAnswer(.continue))
        try session.connection.send(bytes: Array(helo.dropFirst(7)))
        #expect(try session.connection.receiveAnswer(to: .helo) == MilterAnswer(.continue))
    }

    @Test(arguments: ["mi_rd_cmd", "__syslog_chk"])
    func whatIsTakenFromLibmilterIsTheExecutables(symbol: String) throws {
        let library = try #require(dlopen(symbol == "mi_rd_cmd" ? "libmilter.so.1.0.1" : "libc.so.6", RTLD_NOW))
        let own = try #require(dlsym(nil, symbol))
        #expect(own != dlsym(library, symbol))
    }
}
