private import CSodium

/// A password, hashed with Argon2id (RFC 9106) by libsodium, in the notation of its reference program:
/// `$argon2id$v=19$m=65536,t=2,p=1$SALT$HASH`.
///
/// 64 MB and two passes: a tenth of a second here, and for whoever guesses.
struct PasswordHash: Sendable, Hashable {
    /// The notation.
    let text: String

    /// The most bytes that a password may have.
    static let longestPassword = 1_024

    /// A hash somebody has written; `nil` when this is none of Argon2id, or one that costs more than ours.
    init?(_ text: String) {
        guard text.hasPrefix("$argon2id$v=19$m="), text.utf8.count < 128, Self.isReady else { return nil }
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 6, Self.isBounded(fields[3]), !fields[4].isEmpty, !fields[5].isEmpty else { return nil }
        self.text = text
    }

    /// Hashes a password with a new salt. Takes 64 MB and a tenth of a second.
    init(of password: String) throws(WebFault) {
        guard Self.isReady else {
            throw WebFault("libsodium does not start", remedy: "check the system's random numbers")
        }
        guard 8...Self.longestPassword ~= password.utf8.count else {
            throw WebFault(
                "a password of \(password.utf8.count) bytes", remedy: "take one of 8 to \(Self.longestPassword) bytes")
        }
        var hash = [CChar](repeating: 0, count: Int(crypto_pwhash_strbytes()))
        // unsafe: the buffers outlive the call; the first one has the size that the call asks for.
        let result = unsafe crypto_pwhash_str_alg(
            &hash, password, UInt64(password.utf8.count), UInt64(crypto_pwhash_opslimit_interactive()),
            crypto_pwhash_memlimit_interactive(), crypto_pwhash_alg_argon2id13())
        guard result == 0 else { throw WebFault("no memory to hash a password", remedy: "64 MB are needed") }
        text = String(decoding: hash.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether this is the password. Takes as long as hashing it.
    func matches(_ password: String) -> Bool {
        guard password.utf8.count <= Self.longestPassword else { return false }
        // unsafe: both texts outlive the call, which reads the first up to its NUL and the second by its length.
        return unsafe crypto_pwhash_str_verify(text, password, UInt64(password.utf8.count)) == 0
    }

    /// What is matched for a name that nobody has, so that the answer takes as long.
    static let nobody = PasswordHash(
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Uu5FKCgXcrWX7Q1xHPNc1KFjGx1DSRYzMBLkBKK6kQk")

    private static let isReady = sodium_init() >= 0

    /// Whether the costs are ours at most: a line of the file must not take the host's memory.
    private static func isBounded(_ costs: Substring) -> Bool {
        let parts = costs.split(separator: ",")
        guard parts.count == 3, let memory = UInt32(parts[0].dropFirst(2)), let passes = UInt32(parts[1].dropFirst(2))
        else { return false }
        return parts[0].hasPrefix("m=") && parts[1].hasPrefix("t=") && memory <= 262_144 && passes <= 8
    }
}
