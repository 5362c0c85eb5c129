import Decision
import Keeping
import KeyedHashing
import SMTP
import SpamTracker
import Testing

@Suite("Counting senders")
struct SenderCounterTests {
    private let key = HashingKey.random()
    private let client = ClientAddress(ipv4: 0xC000_0201)

    @Test("mails of one place are one cell, whatever was remembered between them", arguments: [1, 50])
    func counting(maximumCache: Int) {
        var counter = SenderCounter(SenderPseudonyms(key: key), slotSeconds: 900, maximumCache: maximumCache)
        for second in [1_800, 2_000, 2_699] as [Int64] {
            counter.add(counter.cell(from: client, to: "A.example", at: UnixTime(seconds: second), mails: 2))
            var other = counter.cell(
                from: ClientAddress(ipv4: 0xC000_0301), to: "b.example", at: UnixTime(seconds: second), mails: 1)
            other.trapped = 1
            counter.add(other)
        }
        counter.add(counter.cell(from: client, to: "a.example.", at: UnixTime(seconds: 2_700), mails: 1))
        #expect(counter.count == 3)
        let cells = counter.take().sorted { ($0.slot, $0.mails) < ($1.slot, $1.mails) }
        #expect(cells.map(\.slot) == [1_800, 1_800, 2_700] && cells.map(\.mails) == [3, 6, 1])
        #expect(cells.map(\.trapped) == [3, 0, 0])
        let pseudonyms = SenderPseudonyms(key: key)
        #expect(cells[1].sender == pseudonyms.sender(client).bits && cells[1].domain == pseudonyms.domain("a.example"))
        #expect(counter.take().isEmpty)
    }

    @Test("what is forgotten is not taken")
    func forgetting() {
        var counter = SenderCounter(SenderPseudonyms(key: key), slotSeconds: 900)
        counter.add(counter.cell(from: client, to: "a.example", at: UnixTime(seconds: 1), mails: 1))
        counter.forget()
        #expect(counter.count == 0 && counter.take().isEmpty)
    }

    @Test("a slot is a quarter of an hour, or a quarter of a short period")
    func slots() {
        #expect([1, 3, 8, 3_600, 86_400, -5].map(SenderCounter.slotSeconds) == [1, 1, 2, 900, 900, 1])
    }
}
