/// Every place where a dialect of a model can be, as a number, and what can be sent next from each: found once, however
/// many nodes of a machine hold it.
///
/// Numbers are in the order of positions: by dialect, then by state.
struct PositionTable {
    typealias Position = VisibleMoves.Position

    /// A message that can come next.
    struct Move {
        var slot: TemplateIndex.Slot
        var template: TemplateMask
        /// Whether the dialect had said EHLO, where that is told.
        var isExtended: Bool?
        /// The number of the place after it.
        var to: UInt32
    }

    private static let replies = ReplyPattern.Class.allCases.count
    /// In a transaction or not, times what is known of the greeting.
    private static let variants = 6

    private let visible: VisibleMoves
    /// The number of each dialect's first place.
    private let first: [UInt32]
    /// By place and reply; `nil` where nobody has asked.
    private var known: [[Move]?]

    init(_ visible: VisibleMoves) {
        self.visible = visible
        var next: UInt32 = 0
        first = visible.model.dialects.map { dialect in
            defer { next += UInt32(dialect.states.count * Self.variants) }
            return next
        }
        known = Array(repeating: nil, count: Int(next) * Self.replies)
    }

    /// The number of a place.
    func number(of position: Position) -> UInt32 {
        let greeting: UInt32 = position.isExtended.map { $0 ? 2 : 1 } ?? 0
        return first[Int(position.dialect)] + UInt32(position.state) * UInt32(Self.variants)
            + (position.inTransaction ? 3 : 0) + greeting
    }

    /// The place with this number. O(log of the number of dialects).
    func position(_ number: UInt32) -> Position {
        let dialect = self.dialect(number)
        let offset = number - first[dialect]
        let variant = offset % UInt32(Self.variants)
        return Position(
            dialect: UInt16(dialect), state: UInt16(offset / UInt32(Self.variants)), inTransaction: variant >= 3,
            isExtended: variant % 3 == 0 ? nil : variant % 3 == 2)
    }

    /// The dialect of the place with this number. O(log of the number of dialects).
    func dialect(_ number: UInt32) -> Int {
        var low = 0
        var high = first.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if first[middle] <= number { low = middle } else { high = middle }
        }
        return low
    }

    /// What can come next, greetings after an abort included.
    mutating func moves(from number: UInt32, after reply: ReplyPattern.Class) -> [Move] {
        let key = Int(number) * Self.replies + Int(reply.rawValue)
        if let moves = known[key] { return moves }
        var found: [VisibleMoves.Move] = []
        visible.collect(from: position(number), knowing: reply, into: &found)
        found += greetingsAfterAbort(found)
        let moves = found.map {
            Move(slot: $0.slot, template: $0.template, isExtended: $0.from.isExtended, to: self.number(of: $0.to))
        }
        known[key] = moves
        return moves
    }

    /// The greetings that can follow an abort: those that come next, and those that come next after RSET.
    private func greetingsAfterAbort(_ moves: [VisibleMoves.Move]) -> [VisibleMoves.Move] {
        var greetings = moves.filter { $0.slot == .helo }
        for position in Set(moves.filter { $0.slot == .reset }.map(\.to)) {
            var next: [VisibleMoves.Move] = []
            visible.collect(from: position, knowing: .unknown, into: &next)
            greetings += next.filter { $0.slot == .helo }
        }
        return greetings.map { greeting in
            var greeting = greeting
            greeting.slot = .heloAfterAbort
            return greeting
        }
    }
}
