import Synchronization

/// The logins, in memory only: they end with the process.
final class WebSessions: Sendable {
    /// The most logins; the one unused longest makes room.
    static let capacity = 256

    private let sessions = Mutex<[String: WebSession]>([:])
    private let lifetime: Int64
    private let idle: Int64

    /// - Parameters:
    ///   - lifetime: for how long a login holds, in seconds.
    ///   - idle: for how long without a request.
    init(lifetime: Int, idle: Int) {
        self.lifetime = Int64(lifetime)
        self.idle = Int64(idle)
    }

    /// A new login; what the browser keeps of it is its secret. O(logins).
    func begin(_ user: WebUser, at now: Int64) -> String {
        let secret = RandomText.make()
        let session = WebSession(user: user.name, role: user.role, token: RandomText.make(), began: now, used: now)
        sessions.withLock { sessions in
            if sessions.count >= Self.capacity, let oldest = sessions.min(by: { $0.value.used < $1.value.used }) {
                sessions[oldest.key] = nil
            }
            sessions[secret] = session
        }
        return secret
    }

    /// The login of a secret; `nil` when there is none or it is over.
    func session(_ secret: String, at now: Int64) -> WebSession? {
        sessions.withLock { sessions in
            guard var session = sessions[secret] else { return nil }
            guard now - session.began < lifetime, now - session.used < idle else {
                sessions[secret] = nil
                return nil
            }
            session.used = now
            sessions[secret] = session
            return session
        }
    }

    /// Ends a login.
    func end(_ secret: String) { sessions.withLock { _ = $0.removeValue(forKey: secret) } }
}
