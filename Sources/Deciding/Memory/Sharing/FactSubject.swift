public import Policy
public import SMTP

/// What a fact is about: of one server, a later fact about a subject replaces the earlier one.
public enum FactSubject: Sendable, Hashable {
    /// A greylisted attempt.
    case greylist(KeyedHash)
    /// A record that is counted per server.
    case history(HistoryKind, KeyedHash)
    /// A lie.
    case lie(LieKey)
    /// An address that somebody has written to.
    case correspondent(KeyedHash)
    /// The mode.
    case mode
    /// An entry of the lists.
    case standing(ClientLists.Entry)
    /// A client with a good history, and what it was refused for.
    case vote(KeyedHash, [BreakerCause])
    /// What the breaker switches off.
    case trip(BreakerTrip)
    /// A recipient domain.
    case reply(String)
    /// What was removed.
    case purge(PurgeScope)
}

extension FactSubject {
    /// The keyed hash of a subject of which there may be millions; `nil` for the few others.
    public var hash: KeyedHash? {
        switch self {
        case .greylist(let key), .history(_, let key), .correspondent(let key), .vote(let key, _): key
        case .lie(let key): key.recipient
        case .mode, .standing, .trip, .reply, .purge: nil
        }
    }
}

extension MemoryChange {
    /// What it is about, where other servers are told of it; what gives way to others here may stay elsewhere.
    public var subject: FactSubject? {
        switch self {
        case .greylist(let key, _): .greylist(key)
        case .network(let key, _): .history(.passes, key)
        case .client(let key, _): .history(.client, key)
        case .clientNetwork(let key, _): .history(.clientNetwork, key)
        case .lie(let record): .lie(record.key)
        case .greylistRemoved, .networkRemoved, .clientRemoved, .clientNetworkRemoved, .lieHeard: nil
        }
    }
}

extension SharedFact {
    /// What the fact is about.
    public var subject: FactSubject {
        switch self {
        case .greylist(let key, _): .greylist(key)
        case .history(let kind, let key, _): .history(kind, key)
        case .lie(let record): .lie(record.key)
        case .correspondent(let key, _): .correspondent(key)
        case .mode: .mode
        case .standing(let entry, _): .standing(entry)
        case .vote(let vote): .vote(vote.subject, vote.causes)
        case .trip(let trip, _): .trip(trip)
        case .reply(let reply): .reply(reply.domain)
        case .purge(let purge): .purge(purge.scope.subject)
        }
    }
}
