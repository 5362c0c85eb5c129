import Policy
import SMTP
import SiteLab
import Testing

/// Devices, scripts, web applications, old servers, lists and pools that are honest and do not look it.
@Suite("Awkward but honest sessions")
struct AwkwardSessionTests {
    private static let clients = Result { try AwkwardCorpus.all() }

    @Test func theCorpusIsLargeAndEachClientHasANetworkOfItsOwn() throws {
        let clients = try Self.clients.get()
        #expect(clients.count >= 68)
        let networks = clients.flatMap { client in
            Set(client.addresses.map { $0.network(prefixLength: $0.family == .ipv4 ? 24 : 64) })
        }
        // The two beside our own server share its network.
        #expect(Set(networks).count == networks.count - 1)
    }

    @Test("After two weeks of observing none is lost, and at most one in fourteen delayed")
    func afterTwoWeeks() throws {
        let clients = try Self.clients.get()
        for vantage in [Vantage.milterPostfix, .milterSendmail] {
            let replay = try AwkwardReplay(clients, policy: PolicyConfiguration(), observing: true, vantage: vantage)
            let lost = replay.outcomes.filter { $0.fate == .lost }.map { "\($0.client.name): \($0.reasons)" }
            #expect(lost == [])
            #expect(replay.delayed * 14 <= clients.count)
        }
    }

    @Test("A site that never observed touches more, or the corpus shows nothing")
    func fresh() throws {
        let clients = try Self.clients.get()
        let replay = try AwkwardReplay(clients, policy: PolicyConfiguration(), observing: false)
        #expect(replay.touched > 0)
        // Nobody who retries as RFC 5321 asks is lost even there.
        let lost = replay.outcomes.filter { $0.fate == .lost && ($0.client.retries.last ?? 0) >= 900 }
        #expect(lost.map(\.client.name) == [])
    }

    @Test func faultsOfACorpusAreNamedWithTheirLines() {
        let text = """
            session one
              client 192.0.2.1
              name none
              helo HELO x
              mail <a@b.example>
              headers -
              retries sometimes
              why it does
            session two
              client nowhere
              colour blue
            """
        #expect {
            try AwkwardCorpus.clients(in: text, file: "c")
        } throws: { error in
            "\(error)" == """
                c:7: retries: write never, or after TIME ... [elsewhere]
                c:11: "colour" is not a field here, or is there twice
                c:10: client: is not a list of addresses
                """
        }
    }
}
