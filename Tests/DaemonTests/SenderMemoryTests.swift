import Decision
import Keeping
import SMTP
import SQLiteStore
import SpamTracker
import Testing

@testable import Daemon

/// What the slow side remembers of strangers is bounded, whatever they send and whatever the clock says.
@Suite("What is remembered of senders")
struct SenderMemoryTests {
    private typealias Site = LedgerSite

    @Test func domainsThatAClientMakesUpDoNotFillASlot() {
        let limits = MatrixLimits(slotSeconds: 900, slotCount: 100, maximumCells: 51_200)
        var quota = SenderQuota(limits)
        func admitted(_ sender: Int, _ domains: Range<UInt64>, slot: Int64) -> Int {
            let key = SenderKey(ClientAddress(ipv4: UInt32(sender)))
            return domains.count { quota.admits(key, domain: $0, slot: slot) }
        }
        // 4,096 pairs a slot, 128 of them a network; its neighbours share those.
        #expect(admitted(0x0a00_0001, 0..<10_000, slot: 0) == 128)
        #expect(admitted(0x0a00_0002, 0..<100, slot: 0) == 0)
        #expect(admitted(0x0a00_0101, 0..<100, slot: 0) == 100)
        #expect(admitted(0x0a00_0001, 0..<128, slot: 0) == 128)
        let all = (0..<100).map { admitted(0x0b00_0000 | $0 << 8, 0..<200, slot: 0) }.reduce(0, +)
        #expect(all == 4_096 - 228)
        // The next slot has room again.
        #expect(admitted(0x0a00_0002, 0..<100, slot: 900) == 100)
    }

    @Test func aClockSetBackKeepsNothingOut() throws {
        let site = try Site()
        let now = Site.midnight + Site.day + 60
        let ahead = Site.midnight + 73 * 365 * Site.day
        site.aim(Site.bot(1), "t1.example", ahead, isTrap: true)
        try site.store.add(site.ledger.takeNewCells())
        #expect(site.ledger.isAhead(of: now))
        try site.reload(onDay: 1)
        #expect(!site.ledger.isAhead(of: now))
        // A campaign is learned as if nothing had been.
        try site.send(onDay: 1, trapped: 0..<10)
        let learned = try site.work(onDay: 2)
        #expect(learned.model.canJudge && learned.model.learnedUntil == Site.midnight + 2 * Site.day)
    }

    @Test func aModelLearnedInTheFutureLearnsAgain() throws {
        let site = try Site()
        for day in Int64(0)..<3 { try site.send(onDay: day, trapped: 0..<10) }
        let ahead = try site.work(onDay: 3_650)
        #expect(try #require(ahead.model.learnedUntil) > Site.midnight + 3_000 * Site.day)
        try site.send(onDay: 3, trapped: 0..<10)
        let back = try site.work(onDay: 4)
        #expect(back.model.learnedUntil == Site.midnight + 4 * Site.day)
        try site.send(onDay: 4, trapped: 0..<10)
        let later = try site.work(onDay: 6)
        #expect(try #require(later.model.learnedUntil) > Site.midnight + 5 * Site.day)
        #expect(later.model.domains.spamTotal > back.model.domains.spamTotal)
    }

    @Test func trapsOfManySendersGiveWayToTheNewest() {
        var labels = SenderLabels([], pseudonyms: nil, mostTrapped: 100)
        for number in 0..<1_000 {
            labels.noteTrap(SenderKey(bits: UInt64(number) << 32), at: UnixTime(seconds: Int64(number)))
            #expect(labels.trappedCount <= 100)
        }
        let all = (UnixTime(seconds: 0), UnixTime(seconds: 2_000))
        #expect(labels.hasTrap(SenderKey(bits: 999 << 32), from: all.0, until: all.1))
        #expect(!labels.hasTrap(SenderKey(bits: 1 << 32), from: all.0, until: all.1))
        for number in 0..<1_000 {
            labels.noteTrap(SenderKey(bits: UInt64(5_000 + number) << 32), at: UnixTime(seconds: 1_000))
            #expect(labels.trappedCount <= 100)
        }
    }
}
