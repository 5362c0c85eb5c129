import SiteLab

/// A fault or an attack, and what must hold meanwhile and afterwards.
struct Experiment: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        /// Messages that were offered, each with a mark of its own.
        var offered = 0
        /// Those that lie in a mailbox.
        var delivered = 0
        /// Those that were refused temporarily at first, or lost their connection, and were taken later.
        var delayed = 0
        /// Those that were taken and are nowhere, and those that were never taken.
        var lost = 0
        /// What should not have happened; empty if everything held.
        var broken: [String] = []
        /// What else is worth knowing: a figure or two.
        var notes: [String] = []

        /// Notes what should not have happened.
        mutating func require(_ holds: Bool, _ otherwise: String) {
            if !holds { broken.append(otherwise) }
        }
    }

    /// The name, such as `killed-under-load`.
    let name: String
    /// What is done.
    let what: String
    /// What must hold.
    let right: String
    /// Does it.
    let run: @Sendable (UInt64) throws -> Outcome

    /// An experiment of its parts.
    init(_ name: String, _ what: String, right: String, run: @escaping @Sendable (UInt64) throws -> Outcome) {
        self.name = name
        self.what = what
        self.right = right
        self.run = run
    }

    /// An attack on a simulated site.
    init(_ attack: Attack) {
        self.init(attack.name, attack.what, right: attack.right) { seed in
            let result = try attack.run(seed)
            var outcome = Outcome(offered: result.offered, delivered: result.delivered)
            outcome.lost = result.offered - result.delivered
            outcome.broken = result.broken
            outcome.notes = ["\(result.sessions) sessions of the attacker"]
            return outcome
        }
    }

    /// All of them, faults first.
    static let all: [Experiment] =
        process + storage + limits + surroundings + Attack.all.map(Experiment.init)
}
