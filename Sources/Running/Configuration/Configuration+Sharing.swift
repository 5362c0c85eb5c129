internal import Files
internal import FoundationEssentials
internal import Keeping
public import KeyedHashing
internal import Memory
internal import Policy
public import Redis
public import RedisStore
internal import SMTP

/// Why what is needed for sharing cannot be had. What, where, and what to do.
public struct SharingConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// In words.
    public let description: String
}

extension Configuration {
    /// What a server needs to know to share what it remembers; `nil` where it does not share. Draws the server's number and
    /// keeps it, the first time.
    ///
    /// - Parameter key: the key that addresses are hashed with, which all servers of a site have in common.
    public func sharing(key: HashingKey) throws(SharingConfigurationError) -> SharingSettings? {
        guard !sharedStore.isEmpty else { return nil }
        guard let address = try sharedAddresses().first else { return nil }
        let name = sharedStoreName.isEmpty ? Self.hostName : sharedStoreName
        var settings = SharingSettings(address: address, server: try serverID(), name: name, keyID: key.id) { parts in
            String(key.digest(domain: "shared-model", parts: parts), radix: 16)
        }
        settings.further = Array(try sharedAddresses().dropFirst())
        settings.credentials = try sharedCredentials()
        settings.prefix = sharedStorePrefix
        settings.lifetimes.attempt = policy.greylist.retryWindow
        settings.lifetimes.pass = policy.greylist.passLifetime
        settings.lifetimes.history = policy.history.lifetime
        settings.lifetimes.lie = Int64(ledgerDays) * 86_400
        settings.lifetimes.vote = policy.breaker.window
        return settings
    }

    /// The Redis servers that the facts of a site are divided among, in the order of the configuration; none where nothing is
    /// shared.
    public func sharedAddresses() throws(SharingConfigurationError) -> [RedisAddress] {
        do throws(RedisError) {
            return try sharedStore.split(separator: " ").map { text throws(RedisError) in
                try RedisAddress(String(text))
            }
        } catch {
            throw SharingConfigurationError(description: "\(error)")
        }
    }

    /// Who we are to the Redis.
    public func sharedCredentials() throws(SharingConfigurationError) -> RedisCredentials {
        try Self.credentials(user: sharedStoreUser, file: sharedStorePasswordFile, key: "shared_store_password_file")
    }

    /// Who we are to the Redis of a group of sites.
    public func senderRedisCredentials() throws(SharingConfigurationError) -> RedisCredentials {
        try Self.credentials(user: senderRedisUser, file: senderRedisPasswordFile, key: "senders_redis_password_file")
    }

    /// Credentials with the password in a file's first line; without one where no file is named.
    ///
    /// - Parameter key: what names the file, for messages.
    public static func credentials(
        user: String, file: String, key: String
    ) throws(SharingConfigurationError) -> RedisCredentials {
        var credentials = RedisCredentials(user: user)
        guard !file.isEmpty else { return credentials }
        guard let data = FileManager.default.contents(atPath: file), data.count <= 4_096 else {
            throw SharingConfigurationError(
                description: "\(file) (\(key)) cannot be read: let argotd read it, and nobody else")
        }
        let mode = (try? FileManager.default.attributesOfItem(atPath: file))?[.posixPermissions] as? Int ?? 0
        guard mode & 0o007 == 0 else {
            throw SharingConfigurationError(
                description: "\(file) (\(key)) can be read by everybody: chmod o= \(file)")
        }
        let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
        guard let line, !line.isEmpty else {
            throw SharingConfigurationError(
                description: "\(file) (\(key)) is empty: write the password into its first line")
        }
        credentials.password = String(line)
        return credentials
    }

    private func serverID() throws(SharingConfigurationError) -> ServerID {
        let file = files.serverID
        if let data = FileManager.default.contents(atPath: file) {
            let word = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(
                String.init)
            guard let id = word.flatMap(ServerID.init(name:)), id != .nobody else {
                throw SharingConfigurationError(
                    description: "\(file) holds no server's number: remove it, and a new one is drawn")
            }
            return id
        }
        let id = ServerID(.random(in: 1 ... .max))
        do throws(DocumentFault) {
            try OutputFile.write(id.name + "\n", replacing: file, mode: 0o640)
        } catch {
            throw SharingConfigurationError(description: "\(error)")
        }
        return id
    }

    private static var hostName: String {
        let data = FileManager.default.contents(atPath: "/proc/sys/kernel/hostname") ?? Data()
        let word = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).first
        return word.map(String.init) ?? "this server"
    }
}
