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
        let place = configuration.sharedStore
        if let sharing = status?.sharing, !sharing.connected, let problem = sharing.problem {
            return [SharingReading.unusable("argotd says: \(problem)", at: place)]
        }
        do {
            let key = try HashingKey.load(file: configuration.files.hashingKey)
            let reading = try SharedStoreReading(
                RedisAddress(place), as: configuration.sharedCredentials(), prefix: configuration.sharedStorePrefix,
                now: { Date().timeIntervalSince1970 })
            return SharingReading.findings(reading, keyID: key.id, prefix: configuration.sharedStorePrefix)
        } catch let error as RedisError {
            return [SharingReading.unusable("\(error)", at: place)]
        } catch {
            return [SharingReading.unusable("\(error)", at: place)]
        }
    }
}
