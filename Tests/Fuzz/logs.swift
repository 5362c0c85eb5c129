import Captures
import LogLines
import MailLogs
import SMTP

/// Lines of mail logs.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLogs(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let lines = input.all().split(separator: 0x0a, omittingEmptySubsequences: false)
    var decoder = MailLogDecoder(source: "fuzz", years: .notAfter(UnixTime(seconds: 1_800_000_000)))
    var found: [SessionTranscript] = []
    for line in lines { found += decoder.consume(line) }
    found += decoder.finish()
    require(decoder.counts.lines == lines.count, "a line was lost")
    require(found.count == decoder.counts.conversations, "a conversation was lost")
    for framing in LogFraming.allCases {
        var mails = LogDecoder(
            framing: framing, years: .notAfter(UnixTime(seconds: 1_800_000_000)), zone: { _ in .max }, capacity: 4)
        for line in lines {
            for recipient in (try? mails.decode(line)) ?? [] {
                require(!recipient.domain.isEmpty && recipient.count > 0, "a recipient without a domain")
            }
        }
        require(mails.counts.lines == lines.count, "a line was lost")
    }
    var blocklist = BlocklistReader()
    for line in lines {
        guard case .networks(let networks) = blocklist.read(String(decoding: line, as: UTF8.self)) else { continue }
        require(!networks.isEmpty, "a line that lists nothing")
    }
    return 0
}
