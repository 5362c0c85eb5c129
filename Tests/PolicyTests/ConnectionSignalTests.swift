import SMTP
import Testing

@testable import Policy

/// Hello and SYN never convict: whatever else is found, what they add is bounded, tried for all pairs of signals with all
/// of theirs.
struct ConnectionSignalTests {
    private static let theirs: [Signal] = [.tlsOther, .tcpOther, .tlsOwn, .tcpOwn]
    private static let others = Signal.all.filter { !theirs.contains($0) }

    private func desert(_ signals: [Signal]) -> Judgement.Desert {
        let evidence = Evidence(
            DeliveryAttempt(
                client: ClientAddress("192.0.2.10"), clientPort: 4_242, clientName: "host.example.net", resolution: .ok,
                sender: address("<a@example.net>"), recipient: address("<b@example.org>")),
            signals: signals.sorted(), helo: "host.example.net")
        return policy().judgement(for: evidence).desert
    }

    /// Every set of theirs, from none to all four.
    private static let sets: [[Signal]] = (0..<16).map { bits in
        theirs.indices.filter { bits >> $0 & 1 == 1 }.map { theirs[$0] }
    }

    @Test("Alone and together they are no reason for anything")
    func alone() {
        for set in Self.sets { #expect(desert(set) == .accept, "\(set)") }
    }

    @Test(
        "Beside any one or two other signals: contradictions add at most a greylisting that a weak signal has to agree with"
    )
    func contradictions() {
        let some = [[]] + Self.others.map { [$0] } + Self.others.flatMap { one in Self.others.map { [one, $0] } }
        for others in some {
            let without = desert(others)
            for set in [[Signal.tlsOther], [.tcpOther], [.tlsOther, .tcpOther]] {
                let with = desert(others + set)
                if with == without { continue }
                // Never a rejection, and never on the strength of what hello and SYN are held against.
                #expect(without == .accept && with == .greylist, "\(others) \(set)")
                #expect(
                    others.contains { !$0.isStrong && !$0.detector.aspects.contains(.speech) && $0.detector != .helo },
                    "\(others) \(set)")
            }
        }
    }

    @Test("A hostile dialect's own hello or SYN confirms it, and makes nothing hostile that was not")
    func confirmation() {
        let some = [[]] + Self.others.map { [$0] } + Self.others.flatMap { one in Self.others.map { [one, $0] } }
        for others in some {
            for set in [[Signal.tlsOwn], [.tcpOwn], [.tlsOwn, .tcpOwn]] where desert(others + set) == .certain {
                #expect(others.contains { $0.isHostile }, "\(others) \(set)")
            }
        }
        #expect(desert([.dialectBot]) == .greylist && desert([.dialectBot, .tcpOwn]) == .certain)
        // Speech that the breaker has switched off is not replaced by them.
        for set in Self.sets {
            let evidence = Evidence(
                DeliveryAttempt(
                    client: ClientAddress("192.0.2.10"), clientPort: 4_242, sender: address("<a@example.net>"),
                    recipient: address("<b@example.org>")),
                signals: ([.dialectBot] + set).sorted(), helo: "x.example.net")
            let off = policy().judgement(for: evidence, suspended: [.detector(.dialect)])
            #expect(off.desert == .accept, "\(set)")
        }
    }
}
