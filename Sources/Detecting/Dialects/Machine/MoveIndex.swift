/// What can come first of all, in the order of templates: there every dialect is possible still, and a name that only one
/// of thousands gives must not cost a look at each of them.
struct MoveIndex: Sendable {
    private struct Entry: Hashable, Sendable {
        var template: UInt32
        var to: UInt32
        /// The replies after which it comes, a bit each.
        var replies: UInt8
        var isExtended: Bool?
    }

    /// By kind of message, in ascending order of templates.
    private var entries: [[Entry]] = Array(repeating: [], count: TemplateIndex.Slot.allCases.count)

    /// The moves from these places. O(moves x log moves).
    init(_ positions: [UInt32], in graph: SpeechGraph) {
        var here: [(slot: TemplateIndex.Slot, entry: Entry)] = []
        for position in positions {
            here.removeAll(keepingCapacity: true)
            for reply in ReplyPattern.Class.allCases {
                graph.forEachMoveOrAbort(from: position, after: reply) { move in
                    let bit: UInt8 = 1 << reply.rawValue
                    let known = here.firstIndex {
                        $0.slot == move.slot && $0.entry.template == move.template && $0.entry.to == move.to
                            && $0.entry.isExtended == move.isExtended
                    }
                    if let known {
                        here[known].entry.replies |= bit
                    } else {
                        here.append(
                            (
                                move.slot,
                                Entry(
                                    template: move.template, to: move.to, replies: bit, isExtended: move.isExtended)
                            ))
                    }
                }
            }
            for (slot, entry) in here { entries[Int(slot.rawValue)].append(entry) }
        }
        for slot in entries.indices { entries[slot].sort { ($0.template, $0.to) < ($1.template, $1.to) } }
    }

    /// The templates of a kind, of which there are `count`, that a message can have here.
    func templates(_ slot: TemplateIndex.Slot, count: Int) -> TemplateSet {
        TemplateSet(count: count, entries[Int(slot.rawValue)].lazy.map(\.template))
    }

    /// Hands over the places after a message that these templates take. O(templates x log moves + moves).
    func forEachTarget(
        _ slot: TemplateIndex.Slot, _ templates: TemplateSet, after reply: ReplyPattern.Class, isExtended: Bool?,
        _ body: (UInt32) -> Void
    ) {
        let entries = entries[Int(slot.rawValue)]
        templates.forEach { template in
            var low = 0
            var high = entries.count
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].template < template { low = middle + 1 } else { high = middle }
            }
            while low < entries.count, entries[low].template == template {
                let entry = entries[low]
                low += 1
                guard entry.replies & 1 << reply.rawValue != 0 else { continue }
                guard isExtended == nil || entry.isExtended == nil || entry.isExtended == isExtended else { continue }
                body(entry.to)
            }
        }
    }
}
