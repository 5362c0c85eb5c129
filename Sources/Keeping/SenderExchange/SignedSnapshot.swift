internal import FoundationEssentials
public import SMTP
public import Signing

/// A snapshot that was found to be signed by somebody who may.
public struct SignedSnapshot: Sendable {
    /// What the signed lines say.
    public let header: SignedDocument.Header

    /// What was published.
    public let snapshot: SenderSnapshot

    /// The whole document.
    public let bytes: [UInt8]

    /// Whom a reader of snapshots believes, and what it has already.
    public struct Demands: Sendable {
        /// Whose signature is believed.
        public var keys: [PublicKey]

        /// The group whose key is at hand; `nil` where any will do.
        public var group: UInt64?

        /// The number of the snapshot in force: an older one is refused. `nil` before the first.
        public var sequence: UInt64?

        /// The age in seconds past which a snapshot is not used.
        public var lifetime: Int64

        /// Demands of their parts.
        public init(keys: [PublicKey], group: UInt64? = nil, sequence: UInt64? = nil, lifetime: Int64 = .max) {
            self.keys = keys
            self.group = group
            self.sequence = sequence
            self.lifetime = lifetime
        }
    }

    /// Reads a snapshot and believes it only if it meets the demands. O(length).
    ///
    /// - Parameter file: its name, for messages.
    public init(_ bytes: [UInt8], file: String, demands: Demands, now: UnixTime) throws(SnapshotFault) {
        let document: SignedDocument
        do {
            document = try SignedDocument(
                bytes, kind: SenderSnapshot.kind, keys: demands.keys, limit: SenderSnapshot.largest, now: now)
        } catch {
            throw SnapshotFault(file: file, .document(error))
        }
        let header = document.header
        if let sequence = demands.sequence, header.sequence < sequence {
            throw SnapshotFault(file: file, .rollback(header.sequence, inForce: sequence))
        }
        let age = header.time.age(at: now)
        guard age <= demands.lifetime else { throw SnapshotFault(file: file, .stale(age, lifetime: demands.lifetime)) }
        let snapshot: SenderSnapshot
        do {
            snapshot = try SenderSnapshot(bytes: document.payload, file: file)
        } catch {
            throw SnapshotFault(file: file, .content(error))
        }
        if let group = demands.group, snapshot.group != group {
            throw SnapshotFault(file: file, .otherGroup(snapshot.group, ours: group))
        }
        guard snapshot.until == header.time else {
            throw SnapshotFault(
                file: file, .content(DocumentFault(file: file, line: 3, problem: "two times: it was not made by Argot"))
            )
        }
        self.header = header
        self.snapshot = snapshot
        self.bytes = bytes
    }

    /// Reads a file, as the other one reads bytes.
    public init(file: String, demands: Demands, now: UnixTime) throws(SnapshotFault) {
        try self.init(try Self.bytes(of: file), file: file, demands: demands, now: now)
    }

    /// A file's bytes.
    public static func bytes(of file: String) throws(SnapshotFault) -> [UInt8] {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        guard let attributes else { throw SnapshotFault(file: file, .absent) }
        let size = (attributes[.size] as? UInt).map { Int(clamping: $0) } ?? 0
        // The header is short; more than this is no snapshot, and is not read into memory.
        guard size <= SenderSnapshot.largest + 4_096 else {
            throw SnapshotFault(file: file, .document(.tooLarge(size, limit: SenderSnapshot.largest)))
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw SnapshotFault(file: file, .unreadable)
        }
        return [UInt8](data)
    }
}
