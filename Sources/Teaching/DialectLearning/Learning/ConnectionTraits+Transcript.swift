public import Dialects
public import SMTP

extension ConnectionTraits {
    /// What a transcript shows of the client beside what it says; nothing in most. O(number of events).
    public init(of transcript: SessionTranscript) {
        self.init()
        for event in transcript.events {
            switch event.kind {
            case .hello: note(hello: String(decoding: event.bytes, as: UTF8.self))
            case .tcp: note(syn: String(decoding: event.bytes, as: UTF8.self))
            default: break
            }
        }
    }
}
