import SMTP
import Testing

@testable import Policy

/// What `argot deny` and `argot allow` say when something stands above an entry.
@Suite("Standing of list entries")
struct ListStandingTests {
    private func standing(_ change: (inout PolicyConfiguration) -> Void = { _ in }) -> ListStanding {
        var policy = PolicyConfiguration()
        policy.mode = .enforce
        policy.trustedNetworks = [AddressPrefix("192.0.2.0/24")!]
        change(&policy)
        return ListStanding(policy)
    }

    private func entries(_ texts: String...) -> [ClientLists.Entry] { texts.map { ClientLists.Entry($0)! } }

    @Test func nothingStandsAboveAnOrdinaryDeny() {
        #expect(standing().notes(denied: entries("198.51.100.1", "example.net")) == [])
    }

    @Test func trustedNetworksStandAboveADeny() {
        #expect(
            standing().notes(denied: entries("192.0.2.7")) == [
                "192.0.2.7 is in trusted_networks (192.0.2.0/24) and is never refused: remove the network there"
            ])
        #expect(
            standing().notes(denied: entries("192.0.0.0/16")) == [
                "192.0.2.0/24 is in trusted_networks and is never refused, although it is in 192.0.0.0/16"
            ])
        #expect(standing().notes(denied: entries("192.0.2.0/24")).count == 1)
    }

    @Test func inModeObserveADenyIsOnlyLogged() {
        #expect(
            standing { $0.mode = .observe }.notes(denied: entries("198.51.100.1")) == [
                "mode is observe: refusals are only logged until \"argot mode enforce\""
            ])
    }

    @Test func aDenyStandsAboveAnAllow() {
        let both = standing {
            $0.allowedAddresses = [AddressPrefix("198.51.100.0/24")!]
            $0.deniedAddresses = [AddressPrefix("198.51.100.0/25")!]
            $0.allowedDomains = ["mail.example.net"]
            $0.deniedDomains = [".example.net"]
        }
        #expect(
            both.notes(denied: entries("198.51.100.1")) == [
                "198.51.100.1 is also allowed (198.51.100.0/24): it is refused, because a deny overrides an allow"
            ])
        #expect(
            both.notes(allowed: entries("198.51.100.1", "mail.example.net", ".example.net", "example.org")) == [
                "198.51.100.1 is denied (198.51.100.0/25), which overrides this: argot deny --remove 198.51.100.0/25",
                "mail.example.net is denied (.example.net), which overrides this: argot deny --remove .example.net",
                ".example.net is denied (.example.net), which overrides this: argot deny --remove .example.net",
            ])
        #expect(both.notes(denied: entries("example.net")) == [])
    }
}
