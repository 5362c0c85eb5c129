internal import Documents
public import SMTP
public import Signing

/// Who submits to a group, and what its word is worth: a file of one sensor a line.
///
///     argot-sensors 1
///     trusted ed25519:1f…  Mail of the first university
///     scored  ed25519:90…  Somebody else
///     revoked ed25519:3c…  A sensor that was
public struct SensorRoster: Hashable, Sendable {
    /// What a sensor's word is worth.
    public enum Standing: String, Hashable, Sendable, CaseIterable {
        /// Its counts and labels are learned from.
        case trusted

        /// Its senders are scored, and nothing is learned from it.
        case scored

        /// Nothing of it is used any longer. It stays in the list, because it counts for the snapshots' numbers.
        case revoked
    }

    /// A line.
    public struct Sensor: Hashable, Sendable {
        /// What its word is worth.
        public let standing: Standing

        /// Its key.
        public let key: PublicKey

        /// What people call it.
        public let name: String

        /// A sensor of its parts.
        public init(standing: Standing, key: PublicKey, name: String) {
            self.standing = standing
            self.key = key
            self.name = name
        }
    }

    /// How many sensors there may be.
    public static let most = 10_000

    /// The sensors, by their keys' names.
    public let sensors: [Sensor]

    /// A roster of sensors, each with a key of its own.
    public init(_ sensors: [Sensor]) {
        self.sensors = sensors.sorted { $0.key.id < $1.key.id }
    }

    /// Their keys.
    public var keys: [PublicKey] { sensors.map(\.key) }

    /// The sensor with a key's name; `nil` for nobody. O(sensors).
    public subscript(id: SignerID) -> Sensor? { sensors.first { $0.key.id == id } }

    /// Reads a roster.
    ///
    /// - Throws: the first fault, with its line.
    public init(text: String, file: String) throws(DocumentFault) {
        var reader = Reader(file: file)
        reader.read(text)
        if reader.isSound, !reader.hasBegun {
            reader.fault("the file is empty: the first line must be \"argot-sensors 1\"")
        }
        if let fault = reader.notes.faults.first { throw fault }
        self.init(reader.sensors)
    }

    private struct Reader: StatementReader {
        static let longestLine = 1_000
        static let kind = "a list of sensors"
        var notes: DocumentNotes
        var sensors: [Sensor] = []
        private var seen: Set<PublicKey> = []

        init(file: String) { notes = DocumentNotes(file: file, mostFaults: 1) }

        var isSound: Bool { notes.isSound }

        mutating func begin(_ statement: Statement) -> Bool {
            guard statement.verb == "argot-sensors", statement.words.count == 2 else {
                fault("the first line must be \"argot-sensors 1\"")
                return false
            }
            guard statement.words[1] == "1" else {
                fault("version \(statement.words[1].prefix(20)) is not known: this Argot reads version 1")
                return false
            }
            return true
        }

        mutating func take(_ statement: Statement) -> Bool {
            guard let standing = Standing(rawValue: String(statement.verb)) else {
                fault("\"\(statement.verb.prefix(30))\" is not trusted, scored or revoked")
                return false
            }
            guard statement.words.count > 1, let key = PublicKey(statement.words[1]) else {
                fault("a public key is needed, as argot senders key show prints it (ed25519: and 64 digits)")
                return false
            }
            guard seen.insert(key).inserted else {
                fault("the key \(key.id) is listed twice")
                return false
            }
            guard sensors.count < SensorRoster.most else {
                fault("more than \(SensorRoster.most) sensors")
                return false
            }
            sensors.append(Sensor(standing: standing, key: key, name: statement.rest(after: 2)))
            return true
        }
    }
}
