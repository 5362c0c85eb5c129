import SMTP
import Sessions

/// Lines of transcripts: what can be read is the same when it is written and read again, and reads as a dialogue.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTranscripts(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let text = String(decoding: input.all(), as: UTF8.self)
    guard let transcript = try? TranscriptDocument.transcript(from: text, file: "fuzz", line: 1) else { return 0 }
    _ = DialogueReader.dialogue(from: transcript)
    let line = TranscriptDocument.line(for: transcript)
    guard let again = try? TranscriptDocument.transcript(from: line, file: "fuzz", line: 1) else {
        require(false, "what was written cannot be read")
        return 0
    }
    require(TranscriptDocument.line(for: again) == line, "a transcript changes when it is written")
    return 0
}
