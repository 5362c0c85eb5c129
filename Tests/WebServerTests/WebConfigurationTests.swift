import Foundation
import Sockets
import Testing

@testable import WebServer

/// What web.conf may say.
struct WebConfigurationTests {
    private func read(_ text: String) throws -> WebConfiguration {
        try WebConfiguration(name: "web.conf", bytes: Array(text.utf8))
    }

    @Test(
        "What is wrong is said with its line and a remedy",
        arguments: [
            ("listen = inet:80@0.0.0.0", "not an address of this host alone"),
            ("listen = inet:80@192.0.2.1", "this host alone"),
            ("listen = inet:80", "this host alone"), ("listen = fd:3", "this host alone"),
            ("listen = no", "has no kind"),
            ("hosts =", "it is empty"), ("users = alice", "has no role"), ("users = alice rule x", "has no role"),
            ("users = alice look", "has no hash"), ("users = alice look $2y$10$abc", "has no hash"),
            ("users = a<b look -", "is not a name"), ("users = a look - a look -", "is there twice"),
            ("trusted_proxies = example.org", "is not an address"),
            ("session_minutes = 0", "is not a number of minutes"),
            ("idle_minutes = many", "is not a number of minutes"),
            ("proxy_user_field = a b", "is not the name of a field"),
            ("proxy_user_field = X-User", "trusted_proxies is empty"),
            ("lisen = inet:1@127.0.0.1", "this is not a key"),
        ])
    func faults(_ text: String, _ words: String) {
        let fault = #expect(throws: WebFault.self) { try read(text) }
        #expect(fault?.description.contains(words) == true, "\(fault?.description ?? "")")
        #expect(fault?.description.contains("web.conf") == true)
    }

    @Test("The shipped file names every key, and is accepted with each of them set as it says")
    func shippedFile() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "packaging/config/web.conf"), encoding: .utf8)
        #expect(throws: Never.self) { try read(text) }
        let settings = text.matches(of: /(?m)^#([a-z_]+) =.*$/).map { String($0.0.dropFirst()) }
        #expect(settings.count == 9)
        for setting in settings { #expect(throws: Never.self, "\(setting)") { try read(setting) } }
    }

    @Test("What is right is taken")
    func values() throws {
        let configuration = try read(
            """
            listen = inet:8025@127.0.0.1
            hosts = Argot.Example [::1]
            users = alice steer -
                    bob look -
            session_minutes = 10
            """)
        #expect(configuration.hosts == ["argot.example", "[::1]"])
        #expect(configuration.users["alice"]?.role == .steer && configuration.users["bob"]?.role == .look)
        #expect(configuration.sessionSeconds == 600)
        #expect(try read("listen = inet6:8025@[::1]").listen.description == "inet6:8025@[::1]")
    }

    @Test(
        "A hash that costs more than ours is refused: a line of the file must not take the host's memory",
        arguments: [
            "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Uu5FKCgXcrWX7Q1xHPNc1KFjGx1DSRYzMBLkBKK6kQk",
            "$argon2id$v=19$m=65536,t=900,p=1$c29tZXNhbHRzb21lc2FsdA$Uu5FKCgXcrWX7Q1xHPNc1KFjGx1DSRYzMBLkBKK6kQk",
            "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Uu5FKCgXcrWX7Q1xHPNc1KFjGx1DSRYzMBLkBKK6kQk", "",
        ])
    func costs(_ text: String) { #expect(PasswordHash(text) == nil) }

    @Test("Forms are read, and nothing malformed")
    func forms() {
        #expect(WebRequest.fields(of: "a=1+2&b=%C3%A9&a=3") == ["a": "3", "b": "é"])
        for text in ["a=%", "a=%4", "a=%zz", "a=%ff", String(repeating: "a=1&", count: 65)] {
            #expect(WebRequest.fields(of: text[...]) == nil, "\(text.prefix(20))")
        }
    }

    @Test("The command line is understood")
    func options() throws {
        #expect(try WebOptions.read(["password", "alice", "steer"]) == .password(name: "alice", role: "steer"))
        #expect(
            try WebOptions.read(["--listen=inet:1@127.0.0.1", "--check"])
                == .check(WebOptions(listen: "inet:1@127.0.0.1")))
        for words in [["password"], ["password", "alice", "rule"], ["--lisen", "x"], ["serve"], ["--config"]] {
            let fault = #expect(throws: WebFault.self) { try WebOptions.read(words) }
            #expect(fault?.isUsage == true, "\(words)")
        }
    }
}
