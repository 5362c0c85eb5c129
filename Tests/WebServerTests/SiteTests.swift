import SMTP
import Synchronization
import Testing

@testable import WebServer

/// Who may do what on the page.
@Suite("The page's doors", .serialized)
struct SiteTests {
    private static let password = "correct horse battery"
    /// Hashed once: a hash takes its time.
    private static let hash = try? PasswordHash(of: password)

    private final class Clock: Sendable {
        let seconds = Mutex<Int64>(1_000)
        func pass(_ span: Int64) { seconds.withLock { $0 += span } }
    }

    private let desk = FakeDesk()
    private let clock = Clock()
    private let site: WebSite

    init() throws { site = try Self.site("", desk, clock) }

    private static func site(_ more: String, _ desk: FakeDesk, _ clock: Clock) throws -> WebSite {
        let hash = try #require(hash).text
        let text =
            "users = alice steer \(hash)\n  bob look \(hash)\n  carol steer -\nhosts = localhost argot.example\n" + more
        let configuration = try WebConfiguration(name: "web.conf", bytes: Array(text.utf8))
        return WebSite(
            configuration, desk: desk, clock: { UnixTime(seconds: 1_700_000_000) },
            uptime: { clock.seconds.withLock { $0 } })
    }

    private func get(_ path: String, cookie: String? = nil, host: String = "localhost:8025") -> WebAnswer {
        var request = WebRequest()
        (request.path, request.host) = (path, host)
        if let cookie { request.fields["cookie"] = "other=1; \(cookie)" }
        return site.answer(to: request)
    }

    private func post(
        _ path: String, _ form: [String: String], cookie: String? = nil, fields: [String: String] = [:]
    ) -> WebAnswer {
        var request = WebRequest()
        (request.method, request.path, request.host, request.form) = ("POST", path, "localhost:8025", form)
        request.fields = fields
        if let cookie { request.fields["cookie"] = cookie }
        return site.answer(to: request)
    }

    private static func text(_ answer: WebAnswer) -> String {
        if case .bytes(let bytes) = answer.body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }

    private static func field(_ name: String, of answer: WebAnswer) -> String? {
        answer.fields.first { $0.name == name }?.value
    }

    private static func token(in answer: WebAnswer) -> String {
        text(answer).firstMatch(of: /name="token" value="([0-9a-f]{64})"/).map { String($0.1) } ?? ""
    }

    /// Logs in, and returns the cookie.
    private func cookie(of name: String, password: String = Self.password) -> String? {
        let form = ["token": Self.token(in: get("/login")), "name": name, "password": password, "to": "/lies"]
        let answer = post("/login", form)
        guard answer.status == 303 else { return nil }
        #expect(Self.field("Location", of: answer) == "/lies")
        let cookie = Self.field("Set-Cookie", of: answer) ?? ""
        for word in ["__Host-argot=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
            #expect(cookie.contains(word))
        }
        return cookie.split(separator: ";").first.map(String.init)
    }

    @Test("Without a login one is sent to it, and changes nothing")
    func strangers() {
        for path in [
            "/", "/live", "/sessions", "/session/known", "/picture/known.svg", "/report", "/lies", "/settings", "/no",
        ] {
            #expect(get(path).status == 303, "\(path)")
            #expect(Self.field("Location", of: get(path))?.hasPrefix("/login") == true)
        }
        for path in ["/settings/mode", "/settings/list", "/settings/remove", "/settings/reload", "/logout"] {
            #expect(post(path, ["mode": "enforce"]).status == 403, "\(path)")
        }
        #expect(get("/argot.css").status == 200)
        #expect(desk.changes.withLock { $0.isEmpty })
    }

    @Test("Only the right password logs in, and only users with one")
    func passwords() throws {
        #expect(cookie(of: "alice", password: "wrong horse battery") == nil)
        #expect(cookie(of: "mallory") == nil)
        #expect(cookie(of: "carol") == nil)
        #expect(cookie(of: "carol", password: "-") == nil)
        let cookie = try #require(self.cookie(of: "alice"))
        #expect(get("/lies", cookie: cookie).status == 200)
        #expect(get("/lies", cookie: cookie + "0").status == 303)
        // The dummy that stands in for nobody's password is one that libsodium reads: it takes as long.
        let nobody = try #require(PasswordHash.nobody)
        #expect(!nobody.matches(Self.password))
    }

    @Test("Who guesses has to wait, and others do not")
    func guessing() throws {
        let token = Self.token(in: get("/login"))
        func guess(_ peer: WebRequest.Peer, _ password: String) -> Int {
            var request = WebRequest()
            (request.method, request.path, request.host, request.peer) = ("POST", "/login", "localhost", peer)
            request.form = ["token": token, "name": "alice", "password": password]
            return site.answer(to: request).status
        }
        for _ in 0..<LoginLimits.free { #expect(guess(.address("127.0.0.2"), "wrong") == 403) }
        #expect(guess(.address("127.0.0.2"), Self.password) == 429)
        #expect(guess(.address("127.0.0.3"), Self.password) == 303)
        clock.pass(2)
        #expect(guess(.address("127.0.0.2"), "wrong") == 403)
        clock.pass(1)
        #expect(guess(.address("127.0.0.2"), Self.password) == 429)
        clock.pass(LoginLimits.memory)
        #expect(guess(.address("127.0.0.2"), Self.password) == 303)
    }

    @Test("The table of who guesses is bounded, and being full lets nobody guess freely")
    func guessers() {
        let limits = LoginLimits()
        for number in 0..<LoginLimits.capacity { #expect(limits.wait("peer \(number)", at: 10) == 0) }
        var waits = 0
        for number in 0..<50 where limits.wait("other \(number)", at: 11) > 0 { waits += 1 }
        #expect(waits == 50 - LoginLimits.free)
        #expect(limits.wait("another", at: 12 + LoginLimits.memory) == 0)
    }

    @Test("A form needs the token of its login, and a page of ours")
    func forgery() throws {
        let cookie = try #require(self.cookie(of: "alice"))
        let token = Self.token(in: get("/settings", cookie: cookie))
        let form = ["mode": "enforce", "token": token]
        #expect(post("/settings/mode", ["mode": "enforce"], cookie: cookie).status == 403)
        #expect(
            post("/settings/mode", ["mode": "enforce", "token": String(repeating: "0", count: 64)], cookie: cookie)
                .status == 403)
        for fields in [
            ["origin": "http://evil.example"], ["origin": "null"], ["sec-fetch-site": "cross-site"],
            ["sec-fetch-site": "same-site"],
        ] { #expect(post("/settings/mode", form, cookie: cookie, fields: fields).status == 403, "\(fields)") }
        // Another user's token is not this one's.
        let other = try #require(self.cookie(of: "bob"))
        #expect(
            post(
                "/settings/mode", ["mode": "enforce", "token": Self.token(in: get("/settings", cookie: other))],
                cookie: cookie
            ).status == 403)
        #expect(desk.changes.withLock { $0.isEmpty })
        #expect(post("/settings/mode", form, cookie: cookie, fields: ["origin": "http://localhost:8025"]).status == 303)
        #expect(desk.changes.withLock { $0 } == [.mode("enforce")])
    }

    @Test("Whoever may look may not steer")
    func roles() throws {
        let cookie = try #require(self.cookie(of: "bob"))
        let token = Self.token(in: get("/settings", cookie: cookie))
        for path in ["/settings/mode", "/settings/list", "/settings/remove", "/settings/reload"] {
            let answer = post(
                path, ["token": token, "mode": "enforce", "list": "allow", "entry": "192.0.2.1"], cookie: cookie)
            #expect(answer.status == 403, "\(path)")
        }
        #expect(desk.changes.withLock { $0.isEmpty })
    }

    @Test("Steering goes to the control socket, and back to a page of ours only")
    func steering() throws {
        let cookie = try #require(self.cookie(of: "alice"))
        let token = Self.token(in: get("/settings", cookie: cookie))
        func change(_ path: String, _ form: [String: String]) -> String? {
            Self.field("Location", of: post(path, form.merging(["token": token]) { $1 }, cookie: cookie))
        }
        #expect(
            change("/settings/list", ["list": "allow", "entry": " 192.0.2.1 ", "back": "/report"])
                == "/report?done=list")
        #expect(
            change("/settings/list", ["list": "deny", "entry": "192.0.2.2", "back": "//evil.example/"]) == "/?done=list"
        )
        #expect(change("/settings/remove", ["entry": "192.0.2.2"]) == "/settings?done=list")
        #expect(change("/settings/reload", [:]) == "/settings?done=reload")
        #expect(
            desk.changes.withLock { $0 } == [
                .list("allow", entries: "192.0.2.1"), .list("deny", entries: "192.0.2.2"),
                .remove(entries: "192.0.2.2"),
                .reload,
            ])
    }

    @Test("A login ends when it is left, too old or unused")
    func ends() throws {
        let left = try #require(self.cookie(of: "alice"))
        let token = Self.token(in: get("/lies", cookie: left))
        #expect(post("/logout", ["token": token], cookie: left).status == 303)
        #expect(get("/lies", cookie: left).status == 303)
        let unused = try #require(self.cookie(of: "alice"))
        clock.pass(3_599)
        #expect(get("/lies", cookie: unused).status == 200)
        clock.pass(3_600)
        #expect(get("/lies", cookie: unused).status == 303)
        let old = try #require(self.cookie(of: "alice"))
        for _ in 0..<8 {
            #expect(get("/lies", cookie: old).status == 200)
            clock.pass(3_599)
        }
        clock.pass(10)
        #expect(get("/lies", cookie: old).status == 303)
    }

    @Test("Logins are bounded")
    func manyLogins() throws {
        let sessions = WebSessions(lifetime: 1_000, idle: 1_000)
        let user = WebUser(name: "a", role: .look, password: nil)
        let first = sessions.begin(user, at: 0)
        let secrets = (1...Int64(WebSessions.capacity)).map { sessions.begin(user, at: $0) }
        #expect(sessions.session(first, at: 300) == nil)
        #expect(Set(secrets).count == WebSessions.capacity)
        #expect(secrets.allSatisfy { sessions.session($0, at: 300) != nil })
    }

    @Test("Only known names are answered", arguments: ["evil.example", "", "localhost.evil.example", "127.0.0.1"])
    func hosts(_ host: String) { #expect(get("/login", host: host).status == 421) }

    @Test("A trusted proxy's word on the user is taken, and nobody else's")
    func proxies() throws {
        let proxied = try Self.site("trusted_proxies = unix 127.0.0.9\nproxy_user_field = X-Remote-User\n", desk, clock)
        func ask(_ peer: WebRequest.Peer, _ user: String?, _ method: String = "GET", _ form: [String: String] = [:])
            -> WebAnswer
        {
            var request = WebRequest()
            (request.method, request.path, request.host, request.peer) = (method, "/settings", "argot.example", peer)
            if method == "POST" { request.path = "/settings/mode" }
            request.form = form
            request.fields["x-remote-user"] = user
            return proxied.answer(to: request)
        }
        #expect(ask(.unix, "carol").status == 200)
        #expect(ask(.address("127.0.0.9"), "bob").status == 200)
        #expect(ask(.unix, "mallory").status == 403)
        #expect(ask(.unix, nil).status == 403)
        #expect(ask(.address("127.0.0.8"), "carol").status == 303)
        let token = Self.token(in: ask(.unix, "carol"))
        #expect(ask(.unix, "carol", "POST", ["mode": "enforce"]).status == 403)
        #expect(ask(.unix, "bob", "POST", ["mode": "enforce", "token": token]).status == 403)
        #expect(ask(.unix, "carol", "POST", ["mode": "enforce", "token": token]).status == 303)
    }

    @Test("What is not there, and what does not answer, is said")
    func absent() throws {
        let cookie = try #require(self.cookie(of: "alice"))
        #expect(get("/session/unknown", cookie: cookie).status == 404)
        #expect(get("/session/known", cookie: cookie).status == 200)
        #expect(get("/nothing", cookie: cookie).status == 404)
        let now = get("/", cookie: cookie)
        #expect(now.status == 503 && Self.text(now).contains("argotd does not answer"))
    }

    @Test(
        "Paths lead nowhere else",
        arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "/a b", "", "/\u{e9}"])
    func redirects(_ path: String) { #expect(WebSite.local(path) == "/") }
}
