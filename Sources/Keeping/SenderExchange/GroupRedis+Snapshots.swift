internal import Redis
public import Signing

/// What was found in the place of a snapshot.
public struct FoundSnapshot: Sendable {
    /// Where it is, for messages.
    public let place: String

    /// Its first bytes, by which it is told from the one before: they hold number, digest and signature.
    public let mark: [UInt8]

    /// The whole document, of which nothing is known yet.
    public let bytes: [UInt8]
}

extension GroupRedis {
    /// How many bytes of a snapshot are sent and asked for at once.
    private static let snapshotPiece = 4 << 20

    /// How many bytes tell one snapshot from another.
    private static let markLength = 1_024

    /// How often is begun again when others publish meanwhile.
    private static let attempts = 5

    /// Puts a snapshot into the place of the older one of the same key, at once.
    ///
    /// - Parameters:
    ///   - document: signed with `key`.
    ///   - key: whose place it is.
    /// - Returns: `false` where a newer one of this key is there, which then stays.
    public func publish(_ document: [UInt8], signedBy key: PublicKey) throws(GroupRedisFault) -> Bool {
        let name = snapshot(of: key.id)
        let draft = "\(name):draft-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
        let own = Self.sequence(of: document, key) ?? 0
        return try connected { connection throws(RedisError) in
            for attempt in 0..<Self.attempts {
                _ = try connection.demand("WATCH", name)
                if let there = Self.sequence(of: try head(name, &connection), key), there >= own {
                    if attempt > 0 { _ = try connection.demand("UNLINK", draft) }
                    return there == own
                }
                if attempt == 0 { try write(document, as: draft, &connection) }
                _ = try connection.demand("MULTI")
                _ = try connection.demand("RENAME", draft, name)
                _ = try connection.demand("PERSIST", name)
                let answers = try connection.demand("EXEC").array ?? []
                if let refusal = answers.lazy.compactMap(\.refusal).first {
                    throw RedisError(refusal: refusal, at: connection.place)
                }
                // Nothing is done where somebody else has published meanwhile.
                if !answers.isEmpty { return true }
            }
            throw RedisError(.loading, at: place(name), "others publish under the same key all the time")
        }
    }

    /// The number of the snapshot of a key that is there; `nil` for none.
    public func publishedSequence(of key: PublicKey) throws(GroupRedisFault) -> UInt64? {
        try connected { connection throws(RedisError) in
            Self.sequence(of: try head(snapshot(of: key.id), &connection), key)
        }
    }

    /// The newest snapshot of some servers' keys; `nil` for the one that has a mark already.
    ///
    /// - Throws: also where there is none.
    public func newestSnapshot(
        of keys: [PublicKey], unless mark: [UInt8]?
    ) throws(GroupRedisFault) -> FoundSnapshot? {
        try connected { connection throws(RedisError) in
            for _ in 0..<Self.attempts {
                guard let (name, found) = try newest(of: keys, &connection) else {
                    let names = keys.map { "\($0.id)" }.joined(separator: ", ")
                    throw RedisError(
                        .refused, at: place("argot-group:\(String(group, radix: 16)):snapshot"),
                        "holds no snapshot of \(names): check that argot senders serve --redis publishes there")
                }
                guard found != mark else { return nil }
                let bytes = try read(name, &connection)
                // Another one may have come while it was read.
                if Array(bytes.prefix(Self.markLength)) == found {
                    return FoundSnapshot(place: place(name), mark: found, bytes: bytes)
                }
            }
            throw RedisError(.loading, at: place(submissions), "snapshots are replaced all the time")
        }
    }

    /// The place of the newest snapshot and its mark. What is not a snapshot of a key counts least.
    private func newest(
        of keys: [PublicKey], _ connection: inout RedisConnection
    ) throws(RedisError) -> (name: String, mark: [UInt8])? {
        var newest: (name: String, mark: [UInt8], sequence: UInt64)?
        for key in keys {
            let name = snapshot(of: key.id)
            let mark = try head(name, &connection)
            guard !mark.isEmpty else { continue }
            let sequence = Self.sequence(of: mark, key) ?? 0
            if newest.map({ $0.sequence < sequence }) ?? true { newest = (name, mark, sequence) }
        }
        return newest.map { ($0.name, $0.mark) }
    }

    private func head(_ name: String, _ connection: inout RedisConnection) throws(RedisError) -> [UInt8] {
        try connection.demand("GETRANGE", name, "0", "\(Self.markLength - 1)").bytes ?? []
    }

    /// The number of a document that a key has signed, of which the first bytes are enough; `nil` for others.
    private static func sequence(of bytes: [UInt8], _ key: PublicKey) -> UInt64? {
        try? SignedDocument.header(of: bytes, kind: SenderSnapshot.kind, keys: [key]).sequence
    }

    private func write(
        _ document: [UInt8], as name: String, _ connection: inout RedisConnection
    ) throws(RedisError) {
        for start in stride(from: 0, to: max(1, document.count), by: Self.snapshotPiece) {
            let piece = Array(document[start..<min(document.count, start + Self.snapshotPiece)])
            _ = try connection.demand([Array("APPEND".utf8), Array(name.utf8), piece])
            // Whoever ends in between leaves nothing behind.
            if start == 0 { _ = try connection.demand("EXPIRE", name, "600") }
        }
    }

    private func read(_ name: String, _ connection: inout RedisConnection) throws(RedisError) -> [UInt8] {
        let length = try connection.demand("STRLEN", name).integer ?? 0
        guard length <= SenderSnapshot.largest + 4_096 else {
            throw RedisError(.tooLarge, at: place(name), "\(length) bytes are more than a snapshot has")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(length))
        while bytes.count < length {
            let piece = try connection.demand(
                "GETRANGE", name, "\(bytes.count)", "\(bytes.count + Self.snapshotPiece - 1)")
            guard let piece = piece.bytes, !piece.isEmpty else { break }
            bytes += piece
        }
        return bytes
    }
}
