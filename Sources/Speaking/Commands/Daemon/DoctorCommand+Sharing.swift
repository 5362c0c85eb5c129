import Configuration
import Diagnosis
import FoundationEssentials
import KeyedHashing
import Keeping
import Redis
import RedisStore

extension DoctorCommand {
    /// What is to be said of the store that several servers share; nothing where none is configured.
    static func sharing(_ configuration: Configuration) -> [Finding] {
        guard !configuration.sharedStore.isEmpty else { return [] }
        let place = configuration.sharedStore
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
