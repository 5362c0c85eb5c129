public import Policy
public import SMTP

/// What one of several servers tells the others. It may come late, twice, or before what was said earlier.
public enum SharedFact: Sendable, Hashable {
    /// A greylisted attempt, as far as the server knows it.
    case greylist(KeyedHash, GreylistEntry)

    /// The server's own part of a record that all count.
    case history(HistoryKind, KeyedHash, ClientRecord)

    /// A lie that the server has told or spared, or that was undone there.
    case lie(LieRecord)

    /// Somebody who logged in has written to the address with this hash.
    case correspondent(KeyedHash, UnixTime)

    /// The administrator has set the mode.
    case mode(Latest<EnforcementMode>)

    /// The administrator has said where an entry of the lists stands.
    case standing(ClientLists.Entry, Latest<AdministratorWord.Standing>)

    /// A client with a good history was judged.
    case vote(BreakerVote)

    /// The server's breaker has switched something off.
    case trip(BreakerTrip, until: UnixTime)

    /// What the mail server says to unknown users.
    case reply(LearnedReply)

    /// The administrator has removed something.
    case purge(SitePurge)

    /// The latest time in it, by which a wrong clock shows.
    public var latestTime: UnixTime {
        switch self {
        case .greylist(_, let entry): max(entry.firstSeen, entry.lastSeen)
        case .history(_, _, let record): max(record.firstSeen, record.lastSeen, record.revokedAt ?? record.lastSeen)
        case .lie(let record): max(record.time, record.lastTold, record.undoneAt ?? record.time)
        case .correspondent(_, let time): time
        case .mode(let word): word.time
        case .standing(_, let word): word.time
        case .vote(let vote): vote.time
        // The end of a cooldown lies ahead.
        case .trip: UnixTime(seconds: 0)
        case .reply(let reply): reply.time
        case .purge(let purge): purge.time
        }
    }

    /// The same with all times moved by `seconds`: between a server's clock and the one that all share.
    public func moved(by seconds: Int64) -> SharedFact {
        guard seconds != 0 else { return self }
        switch self {
        case .greylist(let key, var entry):
            entry.firstSeen = entry.firstSeen + seconds
            entry.lastSeen = entry.lastSeen + seconds
            return .greylist(key, entry)
        case .history(let kind, let key, var record):
            record.firstSeen = record.firstSeen + seconds
            record.lastSeen = record.lastSeen + seconds
            record.revokedAt = record.revokedAt.map { $0 + seconds }
            return .history(kind, key, record)
        case .lie(var record):
            record.time = record.time + seconds
            record.lastTold = record.lastTold + seconds
            record.undoneAt = record.undoneAt.map { $0 + seconds }
            return .lie(record)
        case .correspondent(let key, let time): return .correspondent(key, time + seconds)
        case .mode(let word): return .mode(Latest(word.value, at: word.time + seconds, by: word.server))
        case .standing(let entry, let word):
            return .standing(entry, Latest(word.value, at: word.time + seconds, by: word.server))
        case .vote(var vote):
            vote.time = vote.time + seconds
            return .vote(vote)
        case .trip(let trip, let until): return .trip(trip, until: until + seconds)
        case .reply(let reply):
            return .reply(LearnedReply(domain: reply.domain, reply: reply.reply, time: reply.time + seconds))
        case .purge(let purge): return .purge(purge.moved(by: seconds))
        }
    }
}
