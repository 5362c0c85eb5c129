import Captures
import SMTP

/// Lines of mail logs.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLogs(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let lines = input.all().split(separator: 0x0a, omittingEmptySubsequences: false)
    var decoder = MailLogDecoder(source: "fuzz", before: UnixTime(seconds: 1_800_000_000))
    var found: [SessionTranscript] = []
    for line in lines { found += decoder.consume(line) }
    found += decoder.finish()
    require(decoder.counts.lines == lines.count, "a line was lost")
    require(found.count == decoder.counts.conversations, "a conversation was lost")
    return 0
}
