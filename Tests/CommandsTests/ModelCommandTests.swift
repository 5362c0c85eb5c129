import Foundation
import ScratchFiles
import Testing

@Suite("argot on models, transcripts and configuration")
struct ModelCommandTests {
    @Test("dialects list, show and export agree; an export can be read back")
    func dialects() throws {
        let list = try Argot("dialects", "list").output
        #expect(list.contains("postfix") && list.contains("festi"))
        let shown = try Argot("dialects", "show", "festi").output
        #expect(shown.hasPrefix("argot-dialects 2\n") && shown.contains("HELO {ip}"))
        let scratch = try Scratch()
        let file = try scratch.write("model", Argot("dialects", "export").output)
        let check = try Argot("dialects", "check", "--model", file)
        #expect(check.status == 0)
        #expect(check.output.contains("milter-sendmail"))
        #expect(try Argot("dialects", "export", "--model", file).output == Argot("dialects", "export").output)
    }

    @Test("a broken model is refused with file and line")
    func brokenModel() throws {
        let scratch = try Scratch()
        let file = try scratch.write("model", "argot-dialects 1\ndialect x bot\n  state a EHLO {nonsense}\n")
        let argot = try Argot("dialects", "check", "--model", file)
        #expect(argot.status != 0)
        #expect(argot.errors.contains("\(file):3: \"nonsense\" is not a form of a HELO argument"))
    }

    @Test("a recorded session is judged again, and shown for reading")
    func replay() throws {
        let scratch = try Scratch()
        let file = try scratch.write("sessions.jsonl", Self.transcript + "\n")
        let replay = try Argot("replay", file)
        #expect(replay.status == 0, "\(replay.errors)")
        #expect(replay.output.contains("dialect=festi"))
        #expect(replay.output.contains("1 sessions: accept 0, tempfail 1, fakereject 0, reject 0"))
        let allowed = try Argot("replay", file, "--set", "allow_addresses=192.0.2.0/24").output
        #expect(allowed.contains("exempt.allowed-address"))
        let shown = try Argot("transcript", file).output
        #expect(shown.contains("> helo 192.0.2.14") && shown.contains("ended after-reset"))
    }

    @Test("a broken transcript is refused with file and line")
    func brokenTranscript() throws {
        let scratch = try Scratch()
        let file = try scratch.write("sessions.jsonl", Self.transcript + "\n{\"conv_id\": 1}\n")
        let argot = try Argot("replay", file)
        #expect(argot.status != 0)
        #expect(argot.errors.contains("\(file):2: "))
    }

    @Test("config defaults prints the shipped file, config check tells faults by place")
    func configuration() throws {
        let shipped = try String(
            contentsOf: repository.appending(path: "packaging/config/argotd.conf"), encoding: .utf8)
        #expect(try Argot("config", "defaults").output == shipped)
        let scratch = try Scratch()
        let file = try scratch.write("argotd.conf", "mode = enforec\n")
        let check = try Argot("config", "check", "--config", file)
        #expect(check.status == 1)
        #expect(check.errors.hasPrefix("\(file):1: mode: "))
        let show = try Argot("config", "show", "--changed", "--set", "greylist_delay=2m").output
        #expect(show.hasPrefix("greylist_delay = 2m"))
    }

    private static let transcript = """
        {"client_ip":"192.0.2.14","client_resolve":"fail","client_port":4242,"close":[{"by":"C","t":1700000001,\
        "what":"after-reset"}],"conv_id":"abc-1","events":[{"args":["192.0.2.14"],"dir":"C","event":"helo","len":17,\
        "raw":"EHLO 192.0.2.14\\r\\n","t":1700000000.1},{"args":["<pat@elsewhere.example>"],"dir":"C","event":"mail",\
        "len":1,"raw":"","t":1700000000.2},{"args":["<user2@lab.example>"],"dir":"C","event":"rcpt","len":1,"raw":"",\
        "t":1700000000.3},{"args":[],"dir":"C","event":"abort","len":0,"raw":"","t":1700000000.4}],"gaps":0,\
        "mta":"postfix","origin":"milter","source":"argotd","t0":1700000000,"vantage":"milter-postfix"}
        """
}
