import Seeded
import Testing
import Threads

@Suite("Mailbox")
struct MailboxTests {
    @Test("behaves like a bounded array under any sequence of operations", arguments: [1, 2, 3, 7, 100])
    func model(capacity: Int) {
        var mailbox = Mailbox<Int>(capacity: capacity, dropping: .oldest)
        var model: [Int] = []
        var dropped = 0
        var random = SeededGenerator(seed: UInt64(capacity))
        for number in 0..<3_000 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0..<5:
                model.append(number)
                if model.count > capacity {
                    model.removeFirst()
                    dropped += 1
                }
                #expect(mailbox.append(number) == true)
            case 5, 6:
                let limit = Int.random(in: 0...(capacity + 1), using: &random)
                #expect(mailbox.take(limit) == Array(model.prefix(limit)))
                model.removeFirst(min(limit, model.count))
            default:
                let batch = Array(0..<Int.random(in: 0...capacity, using: &random))
                dropped += max(0, batch.count + model.count - capacity)
                model = Array((batch + model).suffix(capacity))
                mailbox.putBack(batch)
            }
            #expect(mailbox.count == model.count && mailbox.isEmpty == model.isEmpty && mailbox.dropped == dropped)
        }
        mailbox.dropAll()
        #expect(mailbox.isEmpty && mailbox.dropped == dropped + model.count)
    }

    @Test("may drop the newest instead")
    func newest() {
        var mailbox = Mailbox<Int>(capacity: 2, dropping: .newest)
        let taken = (1...3).map { mailbox.append($0) }
        #expect(taken == [true, true, false])
        #expect(mailbox.take() == [1, 2])
        #expect(mailbox.append(4) == true)
        #expect(mailbox.take() == [4])
        #expect(mailbox.dropped == 1)
    }

    @Test("weighs what it holds")
    func weight() {
        var mailbox = Mailbox<String>(capacity: 10, maximumWeight: 5) { $0.utf8.count }
        var taken = ["abc", "def", "de", ""].map { mailbox.append($0) }
        #expect(taken == [true, false, true, true])
        #expect(mailbox.take(1) == ["abc"])
        taken = ["xyz", "x"].map { mailbox.append($0) }
        #expect(taken == [true, false])
        mailbox.putBack([])
        #expect(mailbox.take() == ["de", "", "xyz"])
        taken = ["abcde", "f"].map { mailbox.append($0) }
        #expect(taken == [true, false])
        #expect(mailbox.dropped == 3)
    }
}
