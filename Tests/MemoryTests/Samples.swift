import Memory
import Policy
import SMTP

func address(_ text: String) -> MailAddress { MailAddress(argument: Array(text.utf8)) }

func hash(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number)) }

/// A client in an IPv4 network; of another network than all others unless one is given.
func client(_ number: Int, network: Int? = nil) -> ClientKeys {
    let network = network ?? 1_000 + number
    return ClientKeys(client: hash(number), network: hash(1 << 40 + network), block: hash(1 << 41 + network))
}

/// The moments of a script.
func at(_ seconds: Int64) -> UnixTime { UnixTime(seconds: 1_700_000_000 + seconds) }

extension PolicyConfiguration {
    /// The default policy with something changed.
    static func with(_ change: (inout PolicyConfiguration) -> Void) -> PolicyConfiguration {
        var configuration = PolicyConfiguration()
        change(&configuration)
        return configuration
    }
}
