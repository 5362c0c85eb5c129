/// The scores of every kind of message after every reply to one kind of message: blocks that dialects share.
struct ScoreBlocks: Sendable {
    private static let size = LikelihoodTable.replies * LikelihoodTable.slots

    private var scores: [Int16] = []
    private var numbers: [[Int16]: UInt32] = [:]

    /// The number of a block, which is stored once.
    mutating func number(of block: [Int16]) -> UInt32 {
        if let known = numbers[block] { return known }
        let number = UInt32(scores.count / Self.size)
        numbers[block] = number
        scores += block
        return number
    }

    /// Forgets how blocks are found, now that none comes any more.
    mutating func close() { numbers = [:] }

    /// A score of a block, by reply and kind of message.
    func score(_ block: UInt32, _ offset: Int) -> Int16 { scores[Int(block) * Self.size + offset] }
}
