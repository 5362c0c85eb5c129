import ArgumentParser
import Configuration
import Decision
import FoundationEssentials
import Keeping
import KeyedHashing
import Redis
import SMTP
import SenderExchange
import Signing

/// Whose snapshots a command believes.
struct SnapshotOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A public key whose snapshots are believed, in place of senders_snapshot_keys; may be repeated.",
            valueName: "key"))
    var key: [String] = []

    @OptionGroup var source: SourceOptions

    func validate() throws {
        for text in key where PublicKey(text) == nil {
            throw ValidationError("--key \"\(text)\" is not a public key (ed25519: and 64 digits)")
        }
    }

    /// What a snapshot must meet, but for its number.
    func demands(_ configuration: Configuration) throws -> SignedSnapshot.Demands {
        let keys = (key.isEmpty ? configuration.senderSnapshotKeys : key).compactMap { PublicKey($0) }
        guard !keys.isEmpty else {
            throw CommandError(
                "nobody's snapshots are believed: set senders_snapshot_keys to the public key of the group's server, or "
                    + "use --key")
        }
        return SignedSnapshot.Demands(keys: keys, lifetime: configuration.senderSnapshotLifetime)
    }

    /// Names senders as the group does.
    func group(_ configuration: Configuration) throws -> SenderPseudonyms {
        SenderPseudonyms(key: try HashingKey.load(file: configuration.files.groupKey))
    }

    /// Where snapshots are read, as far as it is said: what argotd has taken from a Redis lies beside the database.
    static func path(_ named: String?, _ configuration: Configuration) throws -> String {
        let path = named ?? configuration.senderSnapshot
        guard !path.isEmpty else {
            throw CommandError("no snapshot is named: set senders_snapshot, or name the file")
        }
        return named == nil && (try? RedisAddress(path)) != nil ? configuration.files.senderSnapshot : path
    }

    static var now: UnixTime { UnixTime(seconds: Int64(Date().timeIntervalSince1970)) }
}
