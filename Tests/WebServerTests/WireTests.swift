import BrowserLab
import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

@testable import WebServer

/// argot-web as a program: what others than browsers send it, and how fast it answers.
@Suite("The page on the wire", .serialized)
struct WireTests {
    private static func logIn(_ web: WebProcess) throws -> String {
        let page = try PlainHTTP.ask(.port(web.port), "GET", "/login").text
        let token = try #require(page.firstMatch(of: /name="token" value="([0-9a-f]{64})"/)).1
        let form = "token=\(token)&name=alice&password=\(FilledDaemon.password.replacing(" ", with: "+"))&to=%2F"
        let answer = try PlainHTTP.ask(
            .port(web.port), "POST", "/login", fields: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(form.utf8))
        #expect(answer.status == 303)
        return String(try #require(answer.fields["set-cookie"]?.split(separator: ";").first))
    }

    @Test("What is malformed, too long or for others is refused, and every answer has its guards")
    func hostile() throws {
        let filled = try FilledDaemon(verdicts: 4)
        let place = PlainHTTP.Place.port(filled.web.port)
        let form = [("Content-Type", "application/x-www-form-urlencoded")]
        #expect(try PlainHTTP.ask(place, "GET", "/login", host: "evil.example").status == 421)
        #expect(try PlainHTTP.ask(place, "GET", "/login?to=%zz").status == 400)
        #expect(try PlainHTTP.ask(place, "GET", "/" + String(repeating: "a", count: 5_000)).status >= 400)
        #expect(try PlainHTTP.ask(place, "PUT", "/login").status == 405)
        #expect(try PlainHTTP.ask(place, "POST", "/login", body: Array("a=1".utf8)).status == 415)
        #expect(
            try PlainHTTP.ask(place, "POST", "/login", fields: form, body: [UInt8](repeating: 97, count: 20_000)).status
                == 413)
        #expect(try PlainHTTP.ask(place, "POST", "/login", fields: form, body: Array("a=%ff".utf8)).status == 400)
        let fields = (0..<100).map { ("X-\($0)", "y") }
        #expect(try PlainHTTP.ask(place, "GET", "/login", fields: fields).status != 200)
        #expect(
            try PlainHTTP.ask(place, "GET", "/login", fields: [("X-Long", String(repeating: "y", count: 20_000))])
                .status != 200)
        _ = try PlainHTTP.send(place, Array("\u{0}\u{1}\r\n\r\n".utf8), most: 100)
        let page = try PlainHTTP.ask(place, "GET", "/login")
        #expect(page.status == 200)
        #expect(
            page.fields["content-security-policy"]?.hasPrefix("default-src 'none'; style-src 'self'; script-src 'self'")
                == true)
        #expect(page.fields["content-security-policy"]?.contains("unsafe") == false)
        #expect(page.fields["x-content-type-options"] == "nosniff" && page.fields["referrer-policy"] == "same-origin")
        #expect(page.fields["set-cookie"] == nil)
        #expect(filled.web.stop() == .exited(0))
    }

    @Test("A journal of 100,000 verdicts is searched and reported; the times are printed, and decide nothing")
    func large() throws {
        let filled = try FilledDaemon(verdicts: 100_000)
        let cookie = [("Cookie", try Self.logIn(filled.web))]
        for path in [
            "/sessions", "/sessions?queue=4QUEUE1", "/sessions?client=192.0.2.14",
            "/sessions?recipient=user2%40lab.example",
            "/sessions?client=203.0.113.9", "/sessions?verdict=fakereject", "/session/bot-1", "/lies", "/report?days=7",
        ] {
            let times = try (0..<3).map { _ in
                let clock = ContinuousClock()
                return try clock.measure {
                    let answer = try PlainHTTP.ask(.port(filled.web.port), "GET", path, fields: cookie)
                    #expect(answer.status == 200, "\(path): \(answer.text)")
                }
            }
            // The first report reads every verdict; the best of three is what a busy machine leaves of the others.
            print("page", path, "first", times[0], "best", times.min() ?? .zero)
        }
    }

    @Test("argot web password makes the line that web.conf needs")
    func password() throws {
        let directory = try ScratchDirectory(prefix: "argot-web")
        let input = directory.path + "/input"
        try "correct horse battery\n".write(toFile: input, atomically: true, encoding: .utf8)
        let program = try FilterProcess.executable("argot-web")
        let process = try ChildProcess(
            "/bin/sh", ["-c", "exec \"\(program)\" password alice steer <\"\(input)\""],
            output: directory.path + "/output",
            errors: directory.path + "/errors")
        #expect(process.wait(until: .after(.seconds(30))) == .exited(0))
        let words = try String(contentsOfFile: directory.path + "/output", encoding: .utf8).split {
            $0 == " " || $0 == "\n"
        }
        try #require(words.count == 3 && words[0] == "alice" && words[1] == "steer")
        #expect(PasswordHash(String(words[2]))?.matches("correct horse battery") == true)
    }
}
