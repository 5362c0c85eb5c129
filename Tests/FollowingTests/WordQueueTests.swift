import Control
import MailLogs
import SMTP
import Testing

@testable import Following

/// Words on their way to argotd.
struct WordQueueTests {
    private let begin = UnixTime(seconds: 1_800_000_000)

    private func word(_ id: String, at time: UnixTime? = nil) -> LoggedWord {
        .judged(isSpam: true, queueID: id, by: .rspamd, at: time ?? begin)
    }

    @Test("Words go in order; one that is taken is done")
    func inOrder() {
        var queue = WordQueue()
        queue.add([word("A"), word("B")])
        #expect(queue.unsent == 2 && queue.next(at: begin) == word("A"))
        queue.settle(.taken(kept: 1), at: begin)
        #expect(queue.next(at: begin) == word("B"))
        queue.settle(.off("off"), at: begin)
        #expect(queue.next(at: begin) == nil && queue.isEmpty)
        #expect(queue.counts.taken == 1 && queue.counts.off == 1)
    }

    @Test("A fresh word that nobody knows is told again twice, an old one is not")
    func again() {
        var queue = WordQueue()
        queue.add([word("A")])
        var now = begin
        for delay in [3, 20] as [Int64] {
            #expect(queue.next(at: now) == word("A"))
            queue.settle(.taken(kept: 0), at: now)
            #expect(queue.next(at: now + (delay - 1)) == nil && !queue.isEmpty && queue.unsent == 0)
            now = now + delay
        }
        #expect(queue.next(at: now) == word("A"))
        queue.settle(.taken(kept: 0), at: now)
        #expect(queue.isEmpty && queue.counts.unknown == 1)
        queue.add([word("B", at: begin + -1_000)])
        _ = queue.next(at: now)
        queue.settle(.taken(kept: 0), at: now)
        #expect(queue.isEmpty && queue.counts.unknown == 2)
    }

    @Test(
        "When argotd cannot take a word it waits, and all behind it; nothing is lost",
        arguments: [(JudgementReception.later("busy"), 1), (.unreachable("no"), 5)] as [(JudgementReception, Int64)])
    func waits(reception: JudgementReception, delay: Int64) {
        var queue = WordQueue()
        queue.add([word("A"), word("B")])
        _ = queue.next(at: begin)
        queue.settle(reception, at: begin)
        #expect(queue.problem != nil && queue.unsent == 2)
        #expect(queue.next(at: begin + (delay - 1)) == nil)
        #expect(queue.next(at: begin + delay) == word("A"))
        queue.settle(.taken(kept: 1), at: begin + delay)
        #expect(queue.problem == nil && queue.next(at: begin + delay) == word("B"))
    }

    @Test("A clock that is set back does not stop it")
    func clock() {
        var queue = WordQueue()
        queue.add([word("A")])
        _ = queue.next(at: begin)
        queue.settle(.unreachable("no"), at: begin)
        #expect(queue.next(at: begin + -100_000) == word("A"))
    }

    @Test("Requests are those of the judgement socket")
    func requests() {
        #expect(
            word("A").request.target
                == "/judgements?queue_id=A&source=filter-log&time=1800000000&verdict=spam")
        let honest = LoggedWord.judged(isSpam: false, queueID: "B", by: .amavis, at: nil)
        #expect(honest.request.target == "/judgements?queue_id=B&source=filter-log&verdict=honest")
        #expect(
            LoggedWord.wroteTo("a@b.example", at: begin).request.target
                == "/correspondents?address=a%40b.example&time=1800000000")
    }
}
