import FakeMTA
import Testing

@Suite("Macros are those the filter asked for, where it asked for them")
struct MacroTests {
    @Test func requestedListsAreParsed() throws {
        let filter = try ScriptedFilter()
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        #expect(session.negotiated.symbols[.helo] == ["{tls_version}"])
        #expect(session.negotiated.symbols[.rcpt] == ["i", "{rcpt_mailer}", "{rcpt_host}", "{rcpt_addr}"])
        #expect(Set(session.negotiated.symbols.keys) == Set(MacroStage.allCases))
    }

    @Test func valuesArriveWithTheirStage() throws {
        let filter = try ScriptedFilter(options: ["--macros"])
        let session = try FakeMTASession(socket: filter.socket)
        let peer = ClientPeer(name: "h.example", ip: "2001:db8::1", port: 4242)
        _ = try session.connect(peer)
        _ = try session.helo("h.example", macros: ["{tls_version}": "TLSv1.3", "{cipher}": "not asked for"])
        _ = try session.mail("<A@Example.NET>", macros: ["{auth_type}": "PLAIN", "{auth_authen}": "a\"b"])
        _ = try session.rcpt("<nosuch@lab.example>", refusedByMTA: .unknownUser)
        _ = try session.rcpt("<User1@lab.example>")
        _ = try session.data()
        try session.quit()
        let record = filter.record(ofSession: 1)
        #expect(
            macros(behind: "connect \"h.example\" inet6 2001:db8::1 4242", in: record) == [
                "j=\"mx.lab.example\"", "_=\"h.example [IPv6:2001:db8::1]\"", "v=\"Postfix 3.7.11\"",
                "{daemon_name}=\"mx.lab.example\"", "{daemon_port}=\"25\"", "{client_addr}=\"IPv6:2001:db8::1\"",
                "{client_name}=\"h.example\"", "{client_ptr}=\"h.example\"", "{client_port}=\"4242\"",
                "{client_resolve}=\"OK\"",
            ])
        #expect(macros(behind: "helo \"h.example\"", in: record).contains("{tls_version}=\"TLSv1.3\""))
        #expect(
            Set(macros(behind: "mail \"<A@Example.NET>\"", in: record)).isSuperset(of: [
                "{auth_type}=\"PLAIN\"", "{auth_authen}=\"a\\x22b\"",
            ]))
        #expect(
            Set(macros(behind: "rcpt \"<nosuch@lab.example>\"", in: record)).isSuperset(of: [
                "{rcpt_mailer}=\"error\"", "{rcpt_host}=\"5.1.1\"",
                "{rcpt_addr}=\"Recipient address rejected: User unknown in local recipient table\"",
            ]))
        #expect(
            Set(macros(behind: "rcpt \"<User1@lab.example>\"", in: record)).isSuperset(of: [
                "{rcpt_mailer}=\"local\"", "{rcpt_host}=\"lab.example\"", "{rcpt_addr}=\"user1@lab.example\"",
            ]))
        #expect(macros(behind: "data", in: record).contains("i=\"4FAKE1\""))
        #expect(!macros(behind: "rcpt \"<User1@lab.example>\"", in: record).contains { $0.hasPrefix("i=") })
        #expect(!record.contains { $0.contains("{cipher}") || $0.contains("not asked for") })
    }

    @Test func withoutAChoiceTheDefaultIsSent() throws {
        let filter = try ScriptedFilter(options: ["--macros"])
        let offer = NegotiationOffer(actions: .addHeaders)
        let session = try FakeMTASession(socket: filter.socket, offer: offer)
        let peer = ClientPeer(ip: "192.0.2.1", port: 1)
        _ = try session.connect(peer)
        try session.quit()
        #expect(
            macros(behind: "connect \"[192.0.2.1]\" inet 192.0.2.1 1", in: filter.record(ofSession: 1)) == [
                "j=\"mx.lab.example\"", "_=\"unknown [192.0.2.1]\"", "v=\"Postfix 3.7.11\"",
                "{daemon_name}=\"mx.lab.example\"",
            ])
    }

    private func macros(behind line: String, in record: [String]) -> [String] {
        guard let index = record.firstIndex(of: line) else { return ["no line \(line)"] }
        return record[(index + 1)...].prefix { $0.hasPrefix("macro ") }.map { String($0.dropFirst(6)) }
    }
}
