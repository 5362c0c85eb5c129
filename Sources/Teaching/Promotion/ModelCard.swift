/// What is said of a taught model: what it learned from, how it did on days that it had not seen, and what became of it. A
/// file of JSON beside the model; the names are its keys.
public struct ModelCard: Codable, Sendable, Hashable {
    /// What a source has said.
    public struct Source: Codable, Sendable, Hashable {
        /// Its word.
        public var source: String
        /// How many messages it called spam.
        public var spam: Int
        /// How many it called honest.
        public var honest: Int
        /// The share of spam senders that it finds, as learned; `nil` for one that is left out.
        public var recall: Double?
        /// Why it is left out.
        public var left_out: String?
    }

    /// What a model makes of the newest days.
    public struct Figures: Codable, Sendable, Hashable {
        /// Messages of spam.
        public var spam: Int
        /// How many of them lie above the model's border.
        public var found: Int
        /// Honest messages.
        public var honest: Int
        /// How many of them lie above it.
        public var flagged: Int
        /// Organisations of honest senders.
        public var organisations: Int
        /// How many of them have a message above it.
        public var touched: Int

        /// Figures from their parts.
        public init(spam: Int, found: Int, honest: Int, flagged: Int, organisations: Int, touched: Int) {
            self.spam = spam
            self.found = found
            self.honest = honest
            self.flagged = flagged
            self.organisations = organisations
            self.touched = touched
        }
    }

    /// Its number: every candidate of a site has one of its own.
    public var number: Int
    /// When it was taught, in seconds.
    public var time: Int64
    /// How many days taught.
    public var days: Int
    /// How many messages and refused sessions.
    public var messages: Int
    /// Of how many senders.
    public var senders: Int
    /// How many senders came back.
    public var returning: Int
    /// On how many days at least.
    public var return_days: Int
    /// What each source has said.
    public var sources: [Source]
    /// How many of the newest days it was judged on, by a model that was taught without them.
    public var judged_days: Int
    /// What was taken for spam there: `judgements` of sources, or `history` where there were too few.
    public var truth: String
    /// What its twin made of those days.
    public var figures: Figures
    /// What the model in force made of the same days; `nil` when there was none.
    public var in_force: Figures?
    /// Its number.
    public var in_force_number: Int?
    /// Whether it was put in force.
    public var promoted: Bool
    /// Why, or why not.
    public var reason: String
}

extension ModelCard.Figures {
    /// The share of spam that is found, 0 to 1.
    public var recall: Double { spam > 0 ? Double(found) / Double(spam) : 0 }
}
