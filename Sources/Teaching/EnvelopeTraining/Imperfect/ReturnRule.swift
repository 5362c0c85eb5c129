/// When a sender is taken to be one who comes back: so many messages on so many days.
///
/// Bots mostly never write to a site again; mail servers do, day after day. How many days it takes until chance is ruled
/// out depends on how much spam there is: of ten thousand addresses that write once, hundreds write on a second day. The
/// rule asks the site itself: it is one day more than the smallest number of days after which three of four who came that
/// far came again. Who has come on fewer days has part of the way behind it (``progress(days:)``).
public struct ReturnRule: Sendable, Hashable {
    /// The least number of days.
    public let days: Int

    /// The least number of messages.
    public var messages: Int { days + 1 }

    /// The share of senders that must have come once more.
    static let returning = 0.75

    /// No rule asks for more than this share of the days that there are, and one more.
    static let longest = 0.6

    /// The rule for senders of whom so many days are known, over a time of `span` days.
    init(days: some Sequence<Int>, span: Int) {
        let most = max(2, Int((Self.longest * Double(span)).rounded(.up)))
        var counts = Array(repeating: 0, count: most + 2)
        for days in days where days > 0 { counts[min(days, most + 1)] += 1 }
        var reached = counts
        for index in reached.indices.dropLast().reversed() { reached[index] += reached[index + 1] }
        let enough = (2..<max(most, 3)).first { days in
            reached[days] > 0 && Double(reached[days + 1]) >= Self.returning * Double(reached[days])
        }
        self.days = min(enough ?? most, most) + 1
    }

    /// How much of a history so many days are, 0 to 1: little for the first ones, since chance has not been ruled out.
    func progress(days: Int) -> Double {
        let share = min(1, Double(max(0, days - 1)) / Double(self.days - 1))
        return share * share * share * share
    }

    /// Whether a sender comes back.
    public func holds(messages: Int, days: Int) -> Bool { messages >= self.messages && days >= self.days }
}
