import Control
import ArgumentParser
import Configuration
import FoundationEssentials
import Keeping
import KeyedHashing
import Sockets
import Terminal

/// `argot key`
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Shows, copies or replaces the key under which addresses are hashed.",
        subcommands: [Show.self, Export.self, Import.self, Rotate.self])

    /// `argot key rotate`
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a new hashing.key; nothing stored under the old one can be found any longer.",
            discussion: """
                For a key that others have seen. argotd must not be running: stop it first, and start it afterwards. \
                The old key is not kept; removing backups that contain it is up to you.

                The greylist and the networks that passed it, client histories, sender counts, and the models learned \
                from them are forgotten. The journal's verdicts and the list of fake rejections are kept, but their \
                addresses can no longer be looked up: neither by argot journal, explain and purge with --client, \
                --sender or --recipient, nor by argot lies undo; a fake rejection that was undone may be repeated. \
                Every suspicious client has to pass greylisting again, and nobody has a good history. The \
                configuration, the lists of argot allow and deny, and the labels of argot senders are kept.
                """)

        @Flag(name: .long, help: "Confirm: what is forgotten cannot be restored.")
        var yes = false

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        @OptionGroup var control: ControlOptions

        private struct Answer: Encodable {
            let key: String
            let report: KeyRotationReport
        }

        func validate() throws {
            guard yes else {
                throw ValidationError(
                    "this forgets the greylist, client histories, sender counts and the addresses in the journal: "
                        + "add --yes"
                )
            }
        }

        func run() throws {
            let configuration = try control.sources.load()
            let file = configuration.files.hashingKey
            guard FileManager.default.fileExists(atPath: file) else {
                throw CommandError("\(file) does not exist: argotd makes one when it starts")
            }
            let report = try Self.replace(by: .random(), configuration, control, isConfirmed: true)
            if json { return try Output.json(Answer(key: file, report: report)) }
            for line in Self.lines(report) { print(line) }
            print("\(file) is new: start argotd again")
            if !configuration.sharedStore.isEmpty {
                print(
                    "shared_store is set: bring the key to the other servers (argot key export, argot key import), and "
                        + "remove \(configuration.sharedStorePrefix):site from the Redis")
            }
        }

        /// Removes what is stored under the present key, and puts another one in its place.
        @discardableResult
        static func replace(
            by key: HashingKey, _ configuration: Configuration, _ control: ControlOptions, isConfirmed: Bool
        ) throws -> KeyRotationReport {
            let files = configuration.files
            try refuseWhileRunning(control)
            var report = KeyRotationReport()
            let database = files.database
            // First the hashes, then the key: after a crash in between the old key is there, and nothing under it.
            if FileManager.default.fileExists(atPath: database) {
                guard isConfirmed else {
                    throw CommandError(
                        "\(database) holds what is remembered under the present key: add --yes to forget it")
                }
                do throws(StoreError) {
                    report = try files.updateStore().forgetHashes()
                } catch {
                    throw CommandError(error.code == .busy ? "\(database) is in use: \(Self.remedy)" : "\(error)")
                }
            }
            report.removed.files = DataDirectory.remove(files.movedAside + [files.senderBase, files.senderModel])
            do {
                try key.replace(file: files.hashingKey)
            } catch {
                throw CommandError(
                    "the hashes have been removed, but the key is still the old one: \(error): then run this again")
            }
            return report
        }

        private static let remedy =
            "stop argotd first (systemctl stop argotd.socket argotd-policy.socket argotd.service)"

        private static func refuseWhileRunning(_ control: ControlOptions) throws {
            guard let name = try control.name() else { return }
            do {
                _ = try AdminClient.response(to: HTTPRequest(method: "GET", path: "/health"), at: name)
            } catch let error where error.code == .nobodyListens {
                return
            } catch {
                throw CommandError("\(error)")
            }
            throw CommandError("argotd is running with the present key: \(Self.remedy)")
        }

        /// The report in words.
        static func lines(_ report: KeyRotationReport) -> [String] {
            var lines = report.removed.isEmpty ? [] : PurgeCommand.lines(report.removed)
            for (count, one, many) in [
                (report.verdicts, "verdict", "verdicts"), (report.lies, "fake rejection", "fake rejections"),
            ] where count > 0 {
                lines.append("kept \(count) \(count == 1 ? one : many), without the hashes of addresses")
            }
            return lines
        }
    }
}
