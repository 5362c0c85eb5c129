import SMTP

/// The whole subset construction of a decision machine: every place that some session can come to (B@bel, section 4).
///
/// For whoever compares dialects, never for sessions: its size grows with the product of what dialects have of their own.
public struct FullConstruction: Sendable {
    /// A machine that has too many places to be gone through.
    public struct TooLarge: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is too large, and what to do.
        public let description: String
    }

    /// The most places that are made.
    public static let maximumPlaces = 200_000

    /// The most steps between them.
    public static let maximumSteps = 20_000_000

    /// The most sets of templates that messages can match.
    public static let maximumSets = 1_000_000

    /// The most dialects that are gone through.
    public static let maximumDialects = 1_024

    /// The positions of each place; the dead one first, then that of an open connection.
    let places: [[UInt32]]

    /// The places that sessions come to. Where the vantage tells HELO from EHLO, those that only a session without that
    /// word comes to are left out: a mail server may keep it to itself, but as a rule it does not.
    package let usual: Set<Int>

    /// How many steps there are between places.
    public let stepCount: Int

    /// How many places there are, the dead one included.
    public var placeCount: Int { places.count }

    /// Goes through a machine.
    ///
    /// Complexity: places x sets of templates that a message can match.
    public init(of machine: DecisionMachine) throws(TooLarge) {
        let limit =
            "at \(machine.vantage.rawValue): compare fewer dialects, such as a model of what \"argot dialects show\" prints"
        guard machine.model.dialects.count <= Self.maximumDialects else {
            throw TooLarge(
                description:
                    "\(machine.model.dialects.count) dialects, at most \(Self.maximumDialects) can be compared "
                    + limit)
        }
        guard machine.index.possibleCount <= Self.maximumSets else {
            throw TooLarge(
                description:
                    "messages can be worded in more than \(Self.maximumSets) ways that the dialects tell apart "
                    + limit)
        }
        var walk = Walk(machine)
        while walk.next < walk.places.count {
            walk.expand()
            guard walk.places.count <= Self.maximumPlaces, walk.stepCount <= Self.maximumSteps else {
                throw TooLarge(
                    description:
                        "the dialects make more than \(Self.maximumPlaces) places, or \(Self.maximumSteps) steps \(limit)"
                )
            }
        }
        places = walk.places
        stepCount = walk.stepCount
        usual = walk.usual()
    }

    /// Where the dialects can be at each place.
    package func positions(in machine: DecisionMachine) -> [[SpeechPosition]] {
        places.map { machine.graph.positions($0) }
    }

    private struct Walk {
        let machine: DecisionMachine
        private(set) var places: [[UInt32]] = [[]]
        private(set) var next = 1
        private(set) var stepCount = 0
        private var numbers: [[UInt32]: Int] = [[]: 0]
        private let possible: [Set<TemplateSet>]
        /// By kind: the sets of templates that can match, of those that a place asks for.
        private var asked: [[TemplateSet: [TemplateSet]]]
        /// By place: where sessions go from it as a rule.
        private var ways: [[Int]] = [[]]

        init(_ machine: DecisionMachine) {
            self.machine = machine
            possible = TemplateIndex.Slot.allCases.map { machine.index.possibleSets($0) }
            asked = Array(repeating: [:], count: TemplateIndex.Slot.allCases.count)
            _ = number(of: machine.start.positions)
        }

        private mutating func number(of positions: [UInt32]) -> Int {
            if let known = numbers[positions] { return known }
            numbers[positions] = places.count
            places.append(positions)
            ways.append([])
            return places.count - 1
        }

        /// Finds where sessions go from the next place.
        mutating func expand() {
            defer { next += 1 }
            let moves = MoveIndex(places[next], in: machine.graph)
            for slot in TemplateIndex.Slot.allCases {
                let relevant = moves.templates(
                    slot, count: machine.index.count(of: slot == .heloAfterAbort ? .helo : slot))
                guard !relevant.isEmpty else { continue }
                let tells = machine.vantage.tellsHELOFromEHLO && slot == .mail
                for templates in sets(slot, relevant) {
                    for reply in ReplyPattern.Class.allCases {
                        for isExtended in tells ? [nil, false, true] : [nil] {
                            var found: [UInt32] = []
                            moves.forEachTarget(slot, templates, after: reply, isExtended: isExtended) {
                                found.append($0)
                            }
                            guard !found.isEmpty else { continue }
                            found.sortAndMerge()
                            let target = number(of: found)
                            stepCount += 1
                            if !tells || isExtended != nil { ways[next].append(target) }
                        }
                    }
                }
            }
        }

        /// The sets of templates of a kind that a message can match, of those that are asked for: in a fixed order, so that
        /// places are numbered alike in every run.
        private mutating func sets(_ slot: TemplateIndex.Slot, _ relevant: TemplateSet) -> [TemplateSet] {
            if let known = asked[Int(slot.rawValue)][relevant] { return known }
            let found = Set(possible[Int(slot.rawValue)].map { $0.intersection(relevant) })
            let sorted = found.filter { !$0.isEmpty }.sorted()
            asked[Int(slot.rawValue)][relevant] = sorted
            return sorted
        }

        func usual() -> Set<Int> {
            guard places.count > 1 else { return [] }
            var found: Set<Int> = [1]
            var waiting = [1]
            while let place = waiting.popLast() {
                for next in ways[place] where found.insert(next).inserted { waiting.append(next) }
            }
            return found
        }
    }
}
