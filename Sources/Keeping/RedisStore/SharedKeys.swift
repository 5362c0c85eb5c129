import Keeping
import Memory
import SMTP

/// The names of what a site keeps in its Redis. All begin with the site's prefix, so that several sites, or other programs,
/// may use one Redis.
///
/// | name | type | holds |
/// | --- | --- | --- |
/// | `PREFIX:site` | hash | `format`, `key` (the id of the hashing key), `epoch` (drawn when the site was begun) |
/// | `PREFIX:changes` | stream | what the servers have changed, newest last; `server`, `number`, `facts` |
/// | `PREFIX:notes` | stream | what they have noted to learn from, newest last; `server`, `notes` |
/// | `PREFIX:fact:KIND:SUBJECT:SERVER` | string | the last that a server has said about a subject |
/// | `PREFIX:model:KIND` | hash | the model in force: `document`, `digest`, `time`, `server`, `seal` |
/// | `PREFIX:lease:NAME` | string | who may do alone what only one does at a time |
/// | `PREFIX:nodes` | hash | by server, how it is, as JSON |
struct SharedKeys: Sendable {
    let prefix: String

    var site: String { "\(prefix):site" }
    var changes: String { "\(prefix):changes" }
    var notes: String { "\(prefix):notes" }
    var allFacts: String { "\(prefix):fact:*" }
    var nodes: String { "\(prefix):nodes" }

    /// Where a server's fact is kept.
    func fact(_ fact: SharedFact, of server: ServerID) -> [UInt8] {
        Array("\(prefix):fact:\(fact.subject.name):\(server.name)".utf8)
    }

    /// The server whose fact a key holds; `nil` for other keys.
    func server(ofFact key: [UInt8]) -> ServerID? {
        let start = Array("\(prefix):fact:".utf8)
        guard key.starts(with: start), let colon = key.lastIndex(of: UInt8(ascii: ":")), colon >= start.count else {
            return nil
        }
        return ServerID(name: String(decoding: key[(colon + 1)...], as: UTF8.self))
    }
}

extension FactSubject {
    /// The subject as part of a key: readable, and without blanks.
    var name: String {
        switch self {
        case .greylist(let key): "greylist:\(key)"
        case .history(let kind, let key):
            switch kind {
            case .passes: "network:\(key)"
            case .client: "client:\(key)"
            case .clientNetwork: "delivered:\(key)"
            }
        case .lie(let key): "lie:\(key.recipient)\(key.network)"
        case .correspondent(let key): "correspondent:\(key)"
        case .mode: "mode:"
        case .standing(let entry): "list:\(entry)"
        case .vote(let key, let causes): "vote:\(key)\(causes.sorted().map { "/\($0)" }.joined())"
        case .trip(let trip): "trip:\(trip)"
        case .reply(let domain): "reply:\(domain)"
        case .purge(let scope): "purge:\(scope.name)"
        }
    }
}

extension PurgeScope {
    /// The scope as part of a key.
    fileprivate var name: String {
        switch self {
        case .olderThan: "age"
        case .client(let client, let network, _): "client:\(client.client)\(network)"
        case .sender(let sender): "sender:\(sender)"
        case .recipient(let recipient): "recipient:\(recipient)"
        case .greylist: "greylist"
        case .everything: "everything"
        }
    }
}
