import Keeping
import Testing

@testable import SQLiteStore

@Suite("Change ring")
struct ChangeRingTests {
    @Test("behaves like a bounded array under any sequence of operations", arguments: [1, 2, 3, 7, 100])
    func model(capacity: Int) {
        var ring = ChangeRing(capacity: capacity)
        var model: [StoreChange] = []
        var random = SystemRandomNumberGenerator()
        for number in 0..<3_000 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0..<5:
                let expected = model.count == capacity ? 1 : 0
                model.append(client(number))
                if model.count > capacity { model.removeFirst() }
                #expect(ring.append(client(number)) == expected)
            case 5, 6:
                let limit = Int.random(in: 0...(capacity + 1), using: &random)
                #expect(ring.take(limit) == Array(model.prefix(limit)))
                model.removeFirst(min(limit, model.count))
            default:
                let batch = (0..<Int.random(in: 0...capacity, using: &random)).map { client($0) }
                let lost = max(0, batch.count + model.count - capacity)
                model = Array((batch + model).suffix(capacity))
                #expect(ring.putBack(batch) == lost)
            }
            #expect(ring.count == model.count)
        }
        #expect(ring.take(capacity) == model)
    }
}
