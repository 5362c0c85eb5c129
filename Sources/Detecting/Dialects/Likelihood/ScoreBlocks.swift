/// The scores of every kind of message after every reply to one kind of message: blocks that dialects share.
///
/// Most scores of a block are those of what the dialect never does, and what follows does not depend on most replies, so
/// that a block is a few words: the first says which row each reply has, three bits each from the lowest on, and at the top
/// whether what is not said is 0. Each row is a word with a bit for each kind of message that it says, and their scores.
struct ScoreBlocks: Sendable {
    private static let replies = LikelihoodTable.replies
    private static let slots = LikelihoodTable.slots
    private static let neutral: UInt16 = 1 << 15

    private let miss: Int16
    private var words: [UInt16] = []
    /// By a hash of the words: where a block with that hash is.
    private var places: [UInt64: UInt32] = [:]

    /// No blocks yet; `miss` is the score of what a dialect never does.
    init(miss: Int16) {
        precondition(Self.replies <= 5 && Self.slots <= 16)
        self.miss = miss
    }

    /// The number of a block, by reply and kind of message, which is stored once.
    mutating func number(of block: [Int16]) -> UInt32 {
        let begin = words.count
        let usual: Int16 = block.allSatisfy { $0 == 0 } ? 0 : miss
        var header: UInt16 = usual == 0 ? Self.neutral : 0
        words.append(0)
        var rows = 0
        for reply in 0..<Self.replies {
            let row = block[(reply * Self.slots)..<((reply + 1) * Self.slots)]
            let like = (0..<reply).first { other in
                row.elementsEqual(block[(other * Self.slots)..<((other + 1) * Self.slots)])
            }
            if let like {
                header |= (header >> UInt16(3 * like) & 7) << UInt16(3 * reply)
                continue
            }
            header |= UInt16(rows) << UInt16(3 * reply)
            rows += 1
            let place = words.count
            words.append(0)
            for (slot, score) in row.enumerated() where score != usual {
                words[place] |= 1 << UInt16(slot)
                words.append(UInt16(bitPattern: score))
            }
        }
        words[begin] = header
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for word in words[begin...] { hash = (hash ^ UInt64(word)) &* 0x100_0000_01b3 }
        if let known = places[hash], words[Int(known)...].starts(with: words[begin...]) {
            words.removeSubrange(begin...)
            return known
        }
        // Another one of the same hash is stored again next time, which costs nothing but room.
        places[hash] = UInt32(begin)
        return UInt32(begin)
    }

    /// Forgets how blocks are found, now that none comes any more, and gives back what room is left.
    mutating func close() {
        places = [:]
        words = words.map { $0 }
    }

    /// A score of a block, by reply and kind of message.
    func score(_ block: UInt32, _ offset: Int) -> Int16 {
        let (reply, slot) = offset.quotientAndRemainder(dividingBy: Self.slots)
        let header = words[Int(block)]
        var row = Int(block) + 1
        for _ in 0..<(header >> UInt16(3 * reply) & 7) { row += 1 + words[row].nonzeroBitCount }
        let bit: UInt16 = 1 << UInt16(slot)
        guard words[row] & bit != 0 else { return header & Self.neutral == 0 ? miss : 0 }
        return Int16(bitPattern: words[row + 1 + (words[row] & (bit - 1)).nonzeroBitCount])
    }
}
