import SMTP
import ScratchFiles
import SenderExchange
import Testing

@Suite("How far a site has submitted")
struct SubmissionProgressTests {
    private func span(_ progress: SubmissionProgress, at now: Int64) -> SubmissionProgress.Span? {
        progress.span(at: UnixTime(seconds: now), slot: 900, settling: 120, retention: 7 * 86_400)
    }

    @Test("spans are whole slots that have ended, each one goes on where the last one ended, and numbers grow")
    func spans() throws {
        var progress = SubmissionProgress()
        let now: Int64 = 1_790_000_000
        let first = try #require(span(progress, at: now))
        #expect(first.until.seconds % 900 == 0 && first.until.seconds <= now - 120)
        #expect(first.from == first.until + -7 * 86_400)
        #expect(first.sequence == UInt64(now))
        progress.last = first
        #expect(span(progress, at: now) == nil)
        #expect(span(progress, at: first.until.seconds + 900 + 119) == nil)
        let second = try #require(span(progress, at: first.until.seconds + 900 + 120))
        #expect(second.from == first.until && second.until == first.until + 900)
        #expect(second.sequence == first.sequence + 1)
        // After a long time nothing older than what is kept.
        let later = try #require(span(progress, at: now + 30 * 86_400))
        #expect(later.until - later.from == 7 * 86_400)
        // A clock that was set back: nothing, until it has caught up.
        #expect(span(progress, at: now - 86_400) == nil)
    }

    @Test("what was interrupted comes first, with the same number and span")
    func resumes() throws {
        let scratch = try Scratch()
        let file = scratch.path + "/senders.submitted"
        var progress = try SubmissionProgress.read(file)
        #expect(progress == SubmissionProgress())
        let first = try #require(span(progress, at: 1_790_000_000))
        progress.pending = first
        try progress.write(file)
        let read = try SubmissionProgress.read(file)
        #expect(read == progress)
        #expect(span(read, at: 1_790_500_000) == first)
    }

    @Test("a file that is something else is refused with what to do")
    func refusals() throws {
        let scratch = try Scratch()
        for text in [
            "", "x\n", "argot-submitted 1\ntold -1\n", "argot-submitted 1\nslot 1 x\n", "argot-submitted 1",
            "argot-submitted 1\nlast 1 5 4\n", "argot-submitted 1\nlast x 1 2\n",
        ] {
            let file = try scratch.write("progress", text)
            #expect(throws: DocumentFault.self) { try SubmissionProgress.read(file) }
        }
    }
}
