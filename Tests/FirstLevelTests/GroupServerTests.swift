import Foundation
import SMTP
import ScratchFiles
import SenderExchange
import Seeded
import Signing
import Testing

@testable import FirstLevel

@Suite("A first-level server")
struct GroupServerTests {
    private static let now = Group.start + 30 * Group.day

    /// A server with its folder.
    private struct Site {
        let scratch: Scratch
        var folder: SubmissionFolder
        var server: GroupServer
        let key: SigningKey

        init(_ group: Group, roster: SensorRoster? = nil, key: SigningKey = .random(), in scratch: Scratch? = nil)
            throws
        {
            self.scratch = try scratch ?? Scratch()
            self.key = key
            folder = try SubmissionFolder(
                path: self.scratch.path + "/incoming", refused: self.scratch.path + "/refused", largest: 1 << 20)
            server = try GroupServer(
                directory: self.scratch.path + "/accepted", roster: roster ?? group.roster(), group: group.id, key: key,
                options: GroupOptions(), now: GroupServerTests.now, tell: { Issue.record("\($0)") })
        }

        func put(_ bytes: [UInt8], _ name: String, age: TimeInterval = 0) throws {
            let file = scratch.path + "/incoming/" + name + ".submission"
            try Data(bytes).write(to: URL(filePath: file))
            let date = Date(timeIntervalSince1970: Double(GroupServerTests.now.seconds) - age)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
        }

        mutating func takeIn() throws -> GroupServer.Intake { try server.takeIn(&folder, now: GroupServerTests.now) }

        func names(_ directory: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/" + directory).sorted()
        }
    }

    @Test("two servers that got the same in another order, one of them restarted, publish the same bytes")
    func sameBytes() throws {
        let group = Group()
        let key = SigningKey.random()
        var generator = SeededGenerator(seed: 8)
        var documents: [[UInt8]] = []
        for restarts in [false, true] {
            var site = try Site(group, key: key)
            let order = group.submissions.indices.shuffled(using: &generator)
            for (count, number) in order.enumerated() {
                try site.put(group.document(number), "s\(number)")
                if count == order.count / 2 {
                    #expect(try site.takeIn().accepted == count + 1)
                    if restarts { site = try Site(group, key: key, in: site.scratch) }
                }
            }
            _ = try site.takeIn()
            #expect(site.server.sequence == UInt64(group.submissions.count))
            #expect(try site.names("incoming").isEmpty)
            let outcome = try #require(try site.server.compute())
            documents.append(site.server.document(of: outcome.snapshot))
        }
        #expect(documents[0] == documents[1])
        let read = try SignedSnapshot(
            documents[0], file: "x", demands: .init(keys: [key.publicKey], group: group.id), now: Self.now)
        #expect(read.header.sequence == UInt64(group.submissions.count))
    }

    @Test("replay is refused and named once per sensor, and counts for nothing")
    func replay() throws {
        let group = Group()
        var site = try Site(group)
        try site.put(group.document(0), "a")
        #expect(try site.takeIn().accepted == 1)
        for round in 0..<3 {
            try site.put(group.document(0), "again\(round)")
            let intake = try site.takeIn()
            #expect(intake.replayed == 1 && intake.accepted == 0)
            #expect(intake.news.count == (round == 0 ? 1 : 0))
            if round == 0 { #expect(intake.news[0].subject == "site 0") }
        }
        #expect(site.server.sequence == 1)
        // Another server's restart remembers too.
        site = try Site(group, in: site.scratch)
        try site.put(group.document(0), "again")
        #expect(try site.takeIn().replayed == 1)
    }

    @Test("of two documents with one number the same one is kept whichever comes first, and that is said")
    func contradiction() throws {
        let group = Group()
        let (_, sequence, submission) = group.submissions[0]
        var other = submission
        other.labels = []
        let second = SignedDocument.bytes(
            kind: "submission", sequence: sequence, time: other.until, payload: other.bytes, key: group.keys[0])
        var results: [[UInt8]?] = []
        for documents in [[group.document(0), second], [second, group.document(0)]] {
            var site = try Site(group)
            for (number, document) in documents.enumerated() {
                try site.put(document, "\(number)")
                let intake = try site.takeIn()
                if number == 1 { #expect(intake.news.first?.text.contains("two machines sign") ?? false) }
            }
            results.append(try site.server.compute()?.snapshot.bytes)
            #expect(site.server.sequence == 1)
        }
        #expect(results[0] == results[1])
    }

    @Test("forged, foreign, damaged and misdated documents are told apart; what may still become whole waits")
    func refusals() throws {
        let group = Group()
        var site = try Site(group)
        let good = group.document(0)
        let stranger = SignedDocument.bytes(
            kind: "submission", sequence: 1, time: Group.start, payload: group.submissions[0].submission.bytes,
            key: .random())
        func sign(_ change: (inout SenderSubmission) -> Void, time: UnixTime? = nil, kind: String = "submission")
            -> [UInt8]
        {
            var submission = group.submissions[0].submission
            change(&submission)
            return SignedDocument.bytes(
                kind: kind, sequence: 77, time: time ?? submission.until, payload: submission.bytes, key: group.keys[0])
        }
        try site.put(stranger, "stranger")
        try site.put(Array(good.dropLast(5)), "half")
        try site.put(Array(good.dropLast(5)), "old-half", age: 4_000)
        try site.put(sign { $0.group = 1 }, "other-group")
        try site.put(sign({ _ in }, time: Group.start), "two-times")
        try site.put(sign({ $0.until = Self.now + 90_000 }, time: Self.now + 90_000), "future")
        try site.put(sign({ _ in }, kind: "snapshot"), "kind")
        try site.put(Array("hello".utf8), "hello")
        try site.put([UInt8](repeating: 0, count: 2 << 20), "huge")
        let intake = try site.takeIn()
        #expect(intake.accepted == 0)
        #expect(intake.deferred == 3, "\(intake)")
        #expect(try site.names("incoming") == ["future.submission", "half.submission", "stranger.submission"])
        #expect(intake.refused == 6)
        #expect(
            try site.names("refused")
                == ["hello", "huge", "kind", "old-half", "other-group", "two-times"].map {
                    $0 + ".submission"
                })
        #expect(intake.news.contains { $0.text.contains("another group's key") && $0.subject == "site 0" })
        #expect(intake.news.contains { $0.text.contains("not among those configured") })
        // Said once.
        #expect(try site.takeIn().news.isEmpty)
        // What arrives whole at last, and whose key is added, is taken.
        try site.put(good, "half")
        #expect(try site.takeIn().accepted == 1)
    }

    @Test("a sensor that is revoked counts for the number and for nothing else")
    func revoked() throws {
        let group = Group()
        var site = try Site(group)
        for number in group.submissions.indices { try site.put(group.document(number), "\(number)") }
        _ = try site.takeIn()
        let before = site.server.sequence
        site = try Site(group, roster: group.roster([3: .revoked]), in: site.scratch)
        #expect(site.server.sequence == before)
        var without = group
        without.submissions.removeAll { $0.site == 3 }
        let expected = try GroupComputation(
            Array(without.sites().dropLast()), group: group.id, options: GroupOptions()
        ).run()
        #expect(try site.server.compute()?.snapshot.bytes == expected?.snapshot.bytes)
    }

    @Test("old submissions are removed after publishing, and their numbers are not forgotten")
    func forgets() throws {
        let group = Group(sites: 1, days: 30, everyHours: 24, bots: 4)
        var site = try Site(group)
        for number in group.submissions.indices { try site.put(group.document(number), "\(number)") }
        _ = try site.takeIn()
        let outcome = try #require(try site.server.compute())
        site.server.forget(after: outcome.snapshot)
        let kept = try site.names("accepted").filter { $0.hasSuffix(".submission") }
        #expect(kept.count == 29)
        site = try Site(group, in: site.scratch)
        #expect(site.server.sequence == 30)
        #expect(try site.server.compute()?.snapshot.bytes == outcome.snapshot.bytes)
        try site.put(group.document(0), "old")
        #expect(try site.takeIn().replayed == 1)
    }

    @Test(
        "what a snapshot is computed of is the same until something changes, whoever has it and in whatever order it came"
    )
    func inputs() throws {
        let group = Group(sites: 2, days: 1)
        let key = SigningKey.random()
        var (one, two) = (try Site(group, key: key), try Site(group, key: key))
        for number in group.submissions.indices.dropLast() {
            try one.put(group.document(number), "\(number)")
            try two.put(group.document(number), "\(100 - number)")
        }
        _ = (try one.takeIn(), try two.takeIn())
        let before = one.server.inputDigest()
        #expect(before == two.server.inputDigest())
        // Told again: nothing has changed.
        try one.put(group.document(0), "again")
        _ = try one.takeIn()
        #expect(one.server.inputDigest() == before)
        one = try Site(group, key: key, in: one.scratch)
        #expect(one.server.inputDigest() == before)
        let digests = [
            try Site(group, roster: group.roster([1: .scored]), key: key, in: two.scratch).server,
            try Site(group, in: two.scratch).server,
        ].map { server in
            var server = server
            return server.inputDigest()
        }
        #expect(!digests.contains(before) && digests[0] != digests[1])
        try one.put(group.document(group.submissions.count - 1), "last")
        _ = try one.takeIn()
        #expect(one.server.inputDigest() != before)
        let state = one.scratch.path + "/published"
        let published = PublishedSnapshot(input: before, sequence: 7, until: Group.start)
        try published.write(state)
        #expect(PublishedSnapshot(file: state) == published)
        try Data("argot-published 2 x".utf8).write(to: URL(filePath: state))
        #expect(PublishedSnapshot(file: state) == nil && PublishedSnapshot(file: state + "-none") == nil)
    }

    @Test("a slot that was corrected counts as it was told last, whenever the correction comes")
    func corrections() throws {
        var group = Group(sites: 3, days: 2)
        // As if half of the first slot had not been known when it was told.
        var early = group
        let number = try #require(group.submissions.firstIndex { $0.site == 0 && $0.sequence == 1 })
        let slot = try #require(group.submissions[number].submission.cells.first?.slot)
        early.submissions[number].submission.cells.removeAll { $0.slot == slot && $0.sender % 512 < 256 }
        #expect(early.submissions[number].submission.cells.count < group.submissions[number].submission.cells.count)
        var corrected = early
        let last = try #require(early.submissions.lastIndex { $0.site == 0 })
        corrected.submissions[last].submission.corrected = [slot]
        corrected.submissions[last].submission.corrections = group.submissions[number].submission.cells.filter {
            $0.slot == slot
        }
        let (whole, wanting) = (try group.outcome()?.snapshot.bytes, try early.outcome()?.snapshot.bytes)
        #expect(try corrected.outcome()?.snapshot.bytes == whole && whole != wanting)
        // In whatever order they come; the slot may be corrected twice.
        group = corrected
        let middle = try #require(group.submissions.firstIndex { $0.site == 0 && $0.sequence == 2 })
        group.submissions[middle].submission.corrected = [slot]
        group.submissions[middle].submission.corrections = []
        var generator = SeededGenerator(seed: 4)
        var site = try Site(group)
        for number in group.submissions.indices.shuffled(using: &generator) {
            try site.put(group.document(number), "\(number)")
            _ = try site.takeIn()
        }
        #expect(try site.server.compute()?.snapshot.bytes == whole)
    }

    @Test("two servers do not work in one directory: the second names the first, and takes its place when it has ended")
    func lock() throws {
        let scratch = try Scratch()
        let directory = scratch.path + "/group"
        do {
            let first = try GroupServer.lock(directory: directory)
            #expect { _ = try GroupServer.lock(directory: directory) } throws: {
                "\($0)".contains("works here already (process \(getpid()))")
            }
            _ = consume first
        }
        _ = try GroupServer.lock(directory: directory)
    }

    @Test("numbers in spans are the same as a set of them")
    func sequenceSets() throws {
        var generator = SeededGenerator(seed: 3)
        var spans = SequenceSet()
        var numbers: Set<UInt64> = []
        for _ in 0..<2_000 {
            let number = [UInt64.random(in: 0..<300, using: &generator), .max, .max - 1].randomElement(
                using: &generator)!
            #expect(spans.insert(number) == numbers.insert(number).inserted)
            #expect(spans.count == UInt64(numbers.count))
        }
        for number in 0..<310 as Range<UInt64> { #expect(spans.contains(number) == numbers.contains(number)) }
        #expect(SequenceSet(spans.text) == spans)
        #expect(SequenceSet("-") == SequenceSet())
        for text in ["", "1-", "3-2", "1,2", "5,1", "x", "1-2,2-3"] { #expect(SequenceSet(text) == nil) }
        #expect(try #require(SequenceSet("0-\(UInt64.max)")).count == .max)
    }
}
