import Policy
import SMTP
import Testing

func address(_ text: String) -> MailAddress { MailAddress(argument: Array(text.utf8)) }

func hash(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number)) }

/// A client in an IPv4 network; of another network than all others unless one is given.
func client(_ number: Int, network: Int? = nil) -> ClientKeys {
    let network = network ?? 1_000 + number
    return ClientKeys(client: hash(number), network: hash(1 << 40 + network), block: hash(1 << 41 + network))
}

/// The moments of a script.
func at(_ seconds: Int64) -> UnixTime { UnixTime(seconds: 1_700_000_000 + seconds) }

extension Evidence {
    /// A client that nothing speaks against.
    static var clean: Evidence {
        Evidence(
            client: ClientAddress("192.0.2.10"), clientPort: 4_242, clientName: "host.example.net", resolution: .ok,
            helo: "host.example.net", heloShape: HELOShape(form: .fqdn), sender: address("<a@example.net>"),
            recipient: address("<b@example.org>"))
    }

    /// The same evidence with something changed.
    func with(_ change: (inout Evidence) -> Void) -> Evidence {
        var evidence = self
        change(&evidence)
        return evidence
    }
}

extension DialectFinding {
    static let bot = DialectFinding.decided(name: "grum", class: .bot)
    static let attack = DialectFinding.decided(name: "hydra", class: .attack)
    static let library = DialectFinding.decided(name: "python-smtplib", class: .library)
    static let mta = DialectFinding.decided(name: "postfix", class: .mta)
}

extension PolicyConfiguration {
    /// The default policy with something changed.
    static func with(_ change: (inout PolicyConfiguration) -> Void) -> PolicyConfiguration {
        var configuration = PolicyConfiguration()
        change(&configuration)
        return configuration
    }
}

func policy(_ change: (inout PolicyConfiguration) -> Void = { _ in }) -> VerdictPolicy {
    VerdictPolicy(configuration: .with(change))
}
