/// Who we are to a Redis; nobody in particular without a password.
public struct RedisCredentials: Sendable, Hashable {
    /// The user (Redis 6 access control lists); empty for the default one.
    public var user: String

    /// The password; empty where none is wanted.
    public var password: String

    /// Credentials of their parts.
    public init(user: String = "", password: String = "") {
        self.user = user
        self.password = password
    }
}

extension RedisCredentials: CustomStringConvertible, CustomReflectable {
    /// The user; the password is not shown.
    public var description: String { "RedisCredentials(\(user.isEmpty ? "default user" : user))" }

    /// A mirror without children: the password is not shown by `dump` either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
