import ArgumentParser
import Configuration
import Decision
import Diagnosis
import FoundationEssentials
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Terminal

extension LiesCommand {
    /// `argot lies undo`
    struct Undo: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancels a fake rejection, and says whom to tell.",
            discussion: """
                From now on the client may reach the recipient; argotd notices within ten seconds. The sender does not \
                know that: write to those named, and ask them to try again, or to put the recipient on their list again.

                Senders are known with journal_addresses = clear, as far back as the journal keeps addresses; otherwise \
                the log has them. The postmaster of the client's host is named in any case.
                """
        )

        @Argument(help: "The recipient's address.")
        var recipient: String

        @Argument(help: "The client's address.")
        var client: String

        @Flag(name: .long, help: "Also ask the name service (dig) for the name of the client's host.")
        var resolve = false

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        @OptionGroup var source: SourceOptions

        private struct Undone: Encodable {
            let rcpt: String
            let network: String
            let senders: [String]
            let sessionsOfUnknownSenders: [String]
            let postmasters: [String]
        }

        func validate() throws {
            guard ClientAddress(client) != nil else { throw ValidationError("\"\(client)\" is not an address") }
        }

        func run() throws {
            guard let address = ClientAddress(client) else { return }
            let configuration = try source.load()
            let key = try source.hashingKey(configuration)
            let greylist = configuration.policy.greylist
            let network = address.network(
                prefixLength: address.family == .ipv4 ? greylist.ipv4PrefixLength : greylist.ipv6PrefixLength)
            let lie = LieKey(recipient: key.hash(recipient: recipient), network: key.hash(network: network))
            let isUndone = try configuration.files.updateStore().undoLie(
                lie, at: UnixTime(seconds: Int64(Date().timeIntervalSince1970)))
            guard isUndone else {
                throw CommandError("no lie about \(recipient) was told to \(network)" + JournalOptions.hint(recipient))
            }
            let refused = RefusedSenders(
                of: try source.openStore(configuration), recipient: lie.recipient, network: network, key: key)
            var postmasters = ["postmaster@[\(address.family == .ipv6 ? "IPv6:" : "")\(address)]"]
            if resolve, let name = VerifiedName(of: address)?.name { postmasters.insert("postmaster@\(name)", at: 0) }
            if json {
                return try Output.json(
                    Undone(
                        rcpt: recipient, network: network.description, senders: refused.senders,
                        sessionsOfUnknownSenders: refused.sessions, postmasters: postmasters))
            }
            Output.print("undone: \(network) is let in for \(recipient)")
            for sender in refused.senders { Output.print("tell \(sender), who was refused") }
            if !refused.sessions.isEmpty {
                Output.print(
                    "senders that were refused, too, are not known (journal_addresses); they are in the log, from= of the "
                        + "verdicts in session " + refused.sessions.joined(separator: ", "))
            } else if refused.senders.isEmpty {
                Output.print("who was refused is not known: the journal has no such verdict any more")
            }
            Output.print("tell \(postmasters.joined(separator: " or ")), who may know whose mail it was")
        }
    }
}
