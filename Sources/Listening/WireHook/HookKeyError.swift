/// Why what came over the command hook's socket counts for nothing.
public enum HookKeyError: String, Error, Sendable, Hashable, CaseIterable {
    /// Not a lookup of memcache's protocol: some other program uses the socket.
    case notALookup
    /// A key longer than Postfix makes them.
    case tooLong
    /// A key that the tables do not make: those in /etc/argot/postfix are of another version, or were edited.
    case malformed
    /// A key with the number of another process than the one that sent it.
    case foreignProcess
}

extension HookKeyError: CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .notALookup: "not a lookup: let nothing but smtpd's command filter use the socket"
        case .tooLong:
            "a key of more than \(MemcacheConversation.maximumKeyBytes) bytes: keep line_length_limit at 2048"
        case .malformed:
            "a key that Argot's tables do not make: install the tables of this version in /etc/argot/postfix"
        case .foreignProcess:
            "a key with the number of another process: argotwire_key_format must be $myhostname/$process_id:%s"
        }
    }
}
