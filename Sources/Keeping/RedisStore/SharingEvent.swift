public import Redis
internal import SMTP

/// What the administrator should know about sharing. Each is said once, when it happens.
public enum SharingEvent: Sendable, Hashable, CustomStringConvertible {
    /// The Redis is in use, after `seconds` without it.
    case connected(place: String, seconds: Int)

    /// The Redis cannot be used; what is known here decides.
    case disconnected(RedisError)

    /// The servers of the site have another key: nothing is shared.
    case foreignKey(place: String, theirs: String, ours: String)

    /// The site's data has another form: nothing is shared.
    case foreignFormat(place: String, format: String)

    /// Another server has this server's number: nothing is shared.
    case sameServer(name: String)

    /// The Redis was empty, or another one took its place: everything was published again.
    case republished(facts: Int)

    /// The stream had moved on: everything was read again.
    case reread(facts: Int)

    /// Notes of other servers were gone before they were read.
    case notesGone

    /// Own notes found no room to wait.
    case notesDropped(Int)

    /// A model that another server has put in force is in force here.
    case modelTaken(kind: String, server: String)

    /// Another server has gone back to no model, and so has this one.
    case modelCleared(kind: String, server: String)

    /// A server's clock is ahead: what it says is not taken in.
    case clockAhead(server: String, seconds: Int64)

    /// The own clock differs from the Redis's, which all go by.
    case clockOff(seconds: Int64)

    /// Something under the prefix is none of ours, or of a newer release.
    case unreadable(key: String, problem: String)

    /// In words, with what to do.
    public var description: String {
        switch self {
        case .connected(let place, 0): "over \(place)"
        case .connected(let place, let seconds): "over \(place) again after \(seconds) s"
        case .disconnected(let error): "going on with what is known here: \(error)"
        case .foreignKey(let place, let theirs, let ours):
            "\(place) is shared by servers with hashing key \(theirs), ours is \(ours): nothing is shared; "
                + "bring their key here with argot key export and argot key import, or set shared_store_prefix"
        case .foreignFormat(let place, let format):
            "\(place) holds data of form \(Self.cut(format)): nothing is shared; run the same release on all "
                + "servers, or set shared_store_prefix"
        case .sameServer(let name):
            "another server, \(Self.cut(name)), has the same number: nothing is shared; remove the file "
                + "server.id from data_directory on one of them, and restart argotd there"
        case .republished(let facts): "published all that is known here: \(facts) facts"
        case .reread(let facts): "read everything again: \(facts) facts"
        case .notesGone:
            "what other servers noted to learn from was gone before it was read: this server was away for too long"
        case .notesDropped(let count):
            "\(count) notes to learn from were not told to the other servers: there was no room for more to wait"
        case .modelCleared(let kind, let server):
            "no model of \(kind) is in force any more: \(Self.cut(server)) has gone back to none"
        case .modelTaken(let kind, let server):
            "the model of \(kind) that \(Self.cut(server)) has put in force is in force here, too"
        case .clockAhead(let server, let seconds):
            "the clock of \(Self.cut(server)) is \(seconds) s ahead: what it says is left out until it is right"
        case .clockOff(let seconds):
            "the clock differs by \(seconds) s from the Redis's, by which times are shared: set it by NTP"
        case .unreadable(let key, let problem):
            "\(Self.cut(key)) \(problem): left out; remove it, or set shared_store_prefix"
        }
    }

    /// Foreign words, cut to what fits a line.
    private static func cut(_ text: String) -> PrintableText { PrintableText(text.prefix(120)) }
}
