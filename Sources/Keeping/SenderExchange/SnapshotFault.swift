public import SMTP
public import Signing

/// Why a snapshot is not taken into use.
public struct SnapshotFault: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// There is no file.
        case absent

        /// The file cannot be read.
        case unreadable

        /// It is not signed by anybody who may, or not whole.
        case document(SignedDocumentFault)

        /// It is older than the one in force.
        case rollback(UInt64, inForce: UInt64)

        /// It is too old to be used, in seconds.
        case stale(Int64, lifetime: Int64)

        /// Its senders were named under another key than the one at hand.
        case otherGroup(UInt64, ours: UInt64)

        /// What was signed is not a snapshot that this Argot reads.
        case content(DocumentFault)
    }

    /// The file.
    public let file: String

    /// What is wrong.
    public let reason: Reason

    /// A fault of a file.
    init(file: String, _ reason: Reason) {
        self.file = file
        self.reason = reason
    }

    /// A word for it, for counters and status.
    public var word: String {
        switch reason {
        case .absent: "absent"
        case .unreadable: "unreadable"
        case .document(.unknownSigner): "unknown-signer"
        case .document(.forged): "forged"
        case .document(.ahead): "ahead"
        case .document(.otherVersion): "version"
        case .document: "damaged"
        case .rollback: "rollback"
        case .stale: "stale"
        case .otherGroup: "other-group"
        case .content: "content"
        }
    }
}

extension SnapshotFault: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public var description: String {
        switch reason {
        case .absent: "\(file): does not exist: fetch it with argot senders fetch, or check senders_snapshot"
        case .unreadable: "\(file): cannot be read: check its permissions"
        case .document(let fault): "\(file): \(fault)"
        case .rollback(let number, let inForce):
            "\(file): is snapshot \(number), and \(inForce) is in force: an older one is never put in its place; check "
                + "where it comes from"
        case .stale(let age, let lifetime):
            "\(file): is \(age) s old, and \(lifetime) s are allowed (senders_snapshot_lifetime): check that the group's "
                + "server runs and that it is fetched"
        case .otherGroup(let group, let ours):
            "\(file): is of group \(String(group, radix: 16)), and the key here of \(String(ours, radix: 16)): use the "
                + "group's key (argot senders key show)"
        case .content(let fault): "\(fault)"
        }
    }
}
