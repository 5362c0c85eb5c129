extension StatusDocument {
    /// The senders' scores; absent where senders are not watched.
    package struct Senders: Codable, Sendable, Hashable {
        /// Recipients counted since the start, and those that were not.
        package var events: UInt64
        package var dropped: UInt64
        /// Senders in the window that was clustered, and those of them that are known to send spam.
        package var senders: Int
        package var spam: Int
        package var clusters: Int
        /// How far back senders are clustered, and how old the scores in force are; no age without scores.
        package var window_seconds: Int64
        package var age_seconds: Int64?
        /// What a group of sites says; absent where none is listened to.
        package var group: Group?

        /// A group's snapshot.
        package struct Group: Codable, Sendable, Hashable {
            /// Its number and age; neither without one in force.
            package var sequence: UInt64?
            package var age_seconds: Int64?
            /// Senders that it lists, clusters, sites that it was learned from, and this site's domains in it.
            package var listed: Int
            package var clusters: Int
            package var sites: Int
            package var domains: Int
            /// What is wrong with the file now.
            package var problem: String?
            /// Files that were not taken into use, by reason.
            package var refused: [Count]

            /// A value from its parts.
            package init(
                sequence: UInt64?, age_seconds: Int64?, listed: Int, clusters: Int, sites: Int, domains: Int,
                problem: String?, refused: [Count]
            ) {
                self.sequence = sequence
                self.age_seconds = age_seconds
                self.listed = listed
                self.clusters = clusters
                self.sites = sites
                self.domains = domains
                self.problem = problem
                self.refused = refused
            }
        }

        /// A value from its parts.
        package init(
            events: UInt64, dropped: UInt64, senders: Int, spam: Int, clusters: Int, window_seconds: Int64,
            age_seconds: Int64?, group: Group? = nil
        ) {
            self.events = events
            self.dropped = dropped
            self.senders = senders
            self.spam = spam
            self.clusters = clusters
            self.window_seconds = window_seconds
            self.age_seconds = age_seconds
            self.group = group
        }
    }

    /// What was kept to learn from, and what others said of it; absent where nothing is learned.
    package struct Learning: Codable, Sendable, Hashable {
        /// Messages and refused sessions.
        package var sightings: UInt64
        package var judgements: [JudgementCount]

        /// A value from its parts.
        package init(sightings: UInt64, judgements: [JudgementCount]) {
            self.sightings = sightings
            self.judgements = judgements
        }
    }

    /// Judgements of one source and kind.
    package struct JudgementCount: Codable, Sendable, Hashable {
        package var source: String
        package var verdict: String
        package var count: UInt64

        /// A value from its parts.
        package init(source: String, verdict: String, count: UInt64) {
            self.source = source
            self.verdict = verdict
            self.count = count
        }
    }
}
