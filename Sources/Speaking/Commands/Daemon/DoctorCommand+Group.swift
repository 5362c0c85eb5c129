import Configuration
import Control
import Decision
import Diagnosis
import FoundationEssentials
import Keeping
import KeyedHashing
import Redis
import SMTP
import SenderExchange
import Signing
import SpamTracker

extension DoctorCommand {
    /// What is to be said of a group of sites; nothing where this one belongs to none.
    ///
    /// - Parameter status: what argotd has in force, and what it says is wrong.
    static func group(_ configuration: Configuration, _ status: StatusDocument?) -> [Finding] {
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        let isWanted = configuration.senders && !configuration.senderSnapshot.isEmpty
        var reading = GroupReading(
            place: isWanted ? configuration.senderSnapshot : "", lifetime: configuration.senderSnapshotLifetime)
        if let group = status?.senders?.group {
            reading.problem = group.problem
            if let sequence = group.sequence, let age = group.age_seconds {
                reading.inForce = .init(sequence: sequence, age: age)
            }
        }
        if isWanted { look(&reading, configuration, now) }
        if !configuration.senderSubmit.isEmpty {
            reading.submit = configuration.senderSubmit
            let progress = try? SubmissionProgress.read(configuration.files.submissionProgress)
            reading.submittedAge = (progress?.last?.until).map { $0.age(at: now) }
        }
        return reading.findings
    }

    /// Reads the snapshot as this process sees it.
    private static func look(_ reading: inout GroupReading, _ configuration: Configuration, _ now: UnixTime) {
        let keys = configuration.senderSnapshotKeys.compactMap { PublicKey($0) }
        let signed: SignedSnapshot
        do {
            let group = SenderPseudonyms(key: try HashingKey.load(file: configuration.files.groupKey))
            let demands = SignedSnapshot.Demands(keys: keys, group: group.groupID)
            if let address = try? RedisAddress(reading.place) {
                let redis = GroupRedis(
                    address, as: try configuration.senderRedisCredentials(), group: group.groupID)
                guard let found = try redis.newestSnapshot(of: keys, unless: nil) else { return }
                signed = try SignedSnapshot(found.bytes, file: found.place, demands: demands, now: now)
            } else {
                signed = try SignedSnapshot(file: reading.place, demands: demands, now: now)
            }
        } catch let fault as SnapshotFault {
            switch fault.reason {
            case .absent, .unreadable: reading.unreachable = "\(fault)"
            default: reading.refused = "\(fault)"
            }
            return
        } catch {
            reading.unreachable = "\(error)"
            return
        }
        reading.found = .init(sequence: signed.header.sequence, age: signed.header.time.age(at: now))
        reading.signer = "\(signed.header.signer)"
        reading.listed = signed.snapshot.listed.lines.count
        let own = try? SigningKey.load(file: configuration.files.signingKey)
        reading.domains = own.map { signed.snapshot.columns(of: $0.publicKey.id.bits).count }
    }
}
