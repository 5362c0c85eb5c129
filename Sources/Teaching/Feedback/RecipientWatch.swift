internal import SMTP

/// What came for one recipient of the ledger, and since when it is watched.
struct RecipientWatch {
    /// The seconds of a day.
    static let day: Int64 = 86_400

    /// When it was first lied about, or spared; and to which dialects, none of which is known if it is empty.
    private(set) var assigned: UnixTime
    private(set) var isTold: Bool
    private(set) var isMixed = false
    private var dialects: Set<String>

    /// Distinct days with a request, and requests, after the first day.
    private(set) var daysAsked = 0, requests = 0
    private var lastDay: Int64 = 0

    init(assigned: UnixTime, isTold: Bool, dialect: String) {
        self.assigned = assigned
        self.isTold = isTold
        dialects = dialect.isEmpty ? [] : [dialect]
    }

    /// Another entry of the ledger about the same recipient.
    mutating func add(assigned time: UnixTime, isTold: Bool, dialect: String) {
        assigned = min(assigned, time)
        if isTold != self.isTold { isMixed = true }
        if !dialect.isEmpty { dialects.insert(dialect) }
    }

    /// The day of a request, counted from the assignment; `nil` if the request is not one of those that are watched.
    func day(of time: UnixTime, dialect: String, isAccepted: Bool) -> Int64? {
        guard dialects.isEmpty ? !isAccepted : dialects.contains(dialect) else { return nil }
        return Self.floor(time - assigned)
    }

    /// Counts a request on a day. Requests come in the order of their time.
    mutating func count(on day: Int64) {
        guard day >= 1 else { return }
        requests += 1
        if day != lastDay {
            daysAsked += 1
            lastDay = day
        }
    }

    /// The days, whole ones, on which it was watched, of a journal that reaches so far.
    func watchedDays(in reach: ClosedRange<UnixTime>) -> Range<Int64> {
        let begin = -Self.floor(assigned - reach.lowerBound)
        return begin..<max(begin, Self.floor(reach.upperBound - assigned))
    }

    private static func floor(_ seconds: Int64) -> Int64 {
        seconds / day - (seconds % day < 0 ? 1 : 0)
    }
}
