import ClientLab
import DaemonLab
import EngineTraits
import FakeMTA
import Testing

/// An independent mail server's side of the protocol: Debian's miltertest, with scripts in Lua.
@Suite("miltertest", .enabled(if: Requirements.has("miltertest"), "needs Debian's miltertest"), .bothEngines)
struct MiltertestTests {
    /// Sends a script's steps and checks each answer.
    ///
    /// The offer leaves out the macro lists: miltertest overruns its stack when a filter sends long ones. Replies that
    /// argotd does without elsewhere are not offered either, since miltertest would wait for them. Debian's miltertest
    /// sends the last two arguments in the other order than its manual says.
    private static let preamble = """
        function check(problem, reply, expected, what)
            if problem ~= nil then fail(what .. ": " .. problem) end
            if reply ~= expected then fail(what .. ": unexpected reply " .. reply) end
        end
        function fail(what)
            mt.echo(what)
            error(what)
        end
        conn = mt.connect(socket, 40, 0.05)
        if conn == nil then fail "cannot connect" end
        if mt.negotiate(conn, 6, 0x100c7f, 0x7f) ~= nil then fail "negotiation failed" end
        mt.macro(conn, SMFIC_CONNECT, "j", "mx.lab.example", "v", "Postfix 3.7.11", "{daemon_port}", "25",
            "{client_port}", "4242", "{client_resolve}", resolve, "{client_ptr}", name, "{client_name}", name)
        check(mt.conninfo(conn, name, address), mt.getreply(conn), SMFIR_CONTINUE, "connect")
        check(mt.helo(conn, helo), mt.getreply(conn), SMFIR_CONTINUE, "helo")
        check(mt.mailfrom(conn, "<pat@elsewhere.example>"), mt.getreply(conn), SMFIR_CONTINUE, "mail")

        """

    private static let acceptance = """
        check(mt.rcptto(conn, "<user1@lab.example>"), mt.getreply(conn), SMFIR_CONTINUE, "rcpt")
        check(mt.data(conn), mt.getreply(conn), SMFIR_CONTINUE, "data")
        check(mt.header(conn, "From", "pat@elsewhere.example"), mt.getreply(conn), SMFIR_CONTINUE, "header")
        check(mt.eoh(conn), mt.getreply(conn), SMFIR_CONTINUE, "eoh")
        if not mt.test_option(conn, SMFIP_NOBODY) then
            check(mt.bodystring(conn, "text\\r\\n"), mt.getreply(conn), SMFIR_SKIP, "body")
        end
        check(mt.eom(conn), mt.getreply(conn), SMFIR_CONTINUE, "eom")
        if mt.eom_check(conn, MT_HDRADD) or mt.eom_check(conn, MT_BODYCHANGE) then fail "the message was changed" end
        mt.disconnect(conn)
        """

    private static let rejection = """
        check(mt.rcptto(conn, "<user1@lab.example>"), mt.getreply(conn), SMFIR_REPLYCODE, "rcpt")
        mt.abort(conn)
        check(mt.mailfrom(conn, "<>"), mt.getreply(conn), SMFIR_CONTINUE, "bounce")
        check(mt.rcptto(conn, "<user1@lab.example>"), mt.getreply(conn), SMFIR_CONTINUE, "rcpt of the bounce")
        mt.disconnect(conn)
        """

    private static func run(_ script: String, client: [String: String]) throws -> (ending: ChildProcess.Ending?, String)
    {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let program = try Executable.require("miltertest", package: "miltertest")
        let variables = client.merging(["socket": daemon.socket]) { $1 }.sorted { $0.key < $1.key }
            .map { "\($0.key) = \"\($0.value)\"\n" }.joined()
        try daemon.write(variables + preamble + script, to: "script.lua")
        let process = try ChildProcess(
            program, ["-s", daemon.path("script.lua")], output: daemon.path("out.lua"), errors: daemon.path("out.lua"))
        let ending = process.wait(until: .after(.seconds(120)))
        #expect(daemon.isServing())
        return (ending, daemon.contents(of: "out.lua"))
    }

    @Test func anHonestClientIsAccepted() throws {
        let (ending, output) = try Self.run(
            Self.acceptance,
            client: [
                "name": "mail.linden.example", "address": "192.0.2.201", "helo": "mail.linden.example",
                "resolve": "OK",
            ])
        #expect(ending == .exited(0), "\(output)")
    }

    @Test func aBotIsRefusedAndItsBounceIsNot() throws {
        let (ending, output) = try Self.run(
            Self.rejection,
            client: ["name": "unknown", "address": "192.0.2.14", "helo": ClientPeer.botName, "resolve": "FAIL"])
        #expect(ending == .exited(0), "\(output)")
    }

    @Test func aScriptThatExpectsAnotherReplyFails() throws {
        let (ending, output) = try Self.run(
            Self.rejection,
            client: [
                "name": "mail.linden.example", "address": "192.0.2.201", "helo": "mail.linden.example",
                "resolve": "OK",
            ])
        #expect(ending != .exited(0))
        #expect(output.contains("unexpected reply"))
    }
}
