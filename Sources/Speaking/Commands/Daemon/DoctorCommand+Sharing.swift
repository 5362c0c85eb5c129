import Configuration
import Control
import Diagnosis
import FoundationEssentials
import KeyedHashing
import Keeping
import Redis
import RedisStore

extension DoctorCommand {
    /// What is to be said of the store that several servers share; nothing where none is configured.
    ///
    /// - Parameter status: what argotd says, which may be kept from what this process reaches.
    static func sharing(_ configuration: Configuration, _ status: StatusDocument?) -> [Finding] {
        guard !configuration.sharedStore.isEmpty else { return [] }
        if let sharing = status?.sharing, !sharing.connected {
            let broken = sharing.stores.filter { !$0.connected }
            return broken.map { store in
                SharingReading.unusable("argotd says: \(store.problem ?? "not connected")", at: store.address)
            }
        }
        do {
            let key = try HashingKey.load(file: configuration.files.hashingKey)
            let credentials = try configuration.sharedCredentials()
            return try configuration.sharedAddresses().flatMap { address in
                do throws(RedisError) {
                    let reading = try SharedStoreReading(
                        address, as: credentials, prefix: configuration.sharedStorePrefix,
                        now: { Date().timeIntervalSince1970 })
                    return SharingReading.findings(reading, keyID: key.id, prefix: configuration.sharedStorePrefix)
                } catch {
                    return [SharingReading.unusable("\(error)", at: "\(address)")]
                }
            }
        } catch {
            return [SharingReading.unusable("\(error)", at: configuration.sharedStore)]
        }
    }
}
