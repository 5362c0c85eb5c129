public import SMTP
import Wire

/// Puts a transcript of the wire together as an SMTP conversation: messages, replies, and who waited for whom.
public struct DialogueReader {
    private var dialogue: Dialogue
    /// The message whose reply came last; `nil` for the greeting, and for a reply to nothing.
    private var answered: Int?
    private var isGreetingLast = false

    /// The conversation that a transcript of the wire holds; `nil` for a transcript of what a filter was handed. O(number of bytes).
    ///
    /// Where the server's side was not recorded nothing is early, since nobody can tell.
    public static func dialogue(from transcript: SessionTranscript) -> Dialogue? {
        guard transcript.vantage.seesConnection else { return nil }
        var reader = DialogueReader(
            dialogue: Dialogue(
                id: transcript.id, peers: transcript.peers, greeting: nil, exchanges: [],
                closings: transcript.closings, hasGaps: transcript.gaps > 0))
        let hearsServer = transcript.events.contains { $0.kind == .server }
        var wire = WireReader(hearing: hearsServer ? .bothSides : .client)
        for event in transcript.events {
            for step in wire.take(event.kind, event.bytes, at: event.time) { reader.take(step) }
        }
        for step in wire.finish(at: transcript.events.last?.time ?? 0) { reader.take(step) }
        return reader.dialogue
    }

    private mutating func take(_ step: WireStep) {
        switch step {
        case .greeting(let greeting):
            dialogue.greeting = greeting
            (answered, isGreetingLast) = (nil, true)
        case .message(let message): dialogue.exchanges.append(Dialogue.Exchange(message: message, reply: nil))
        case .reply(let reply, let number):
            if let number { dialogue.exchanges[number].reply = reply }
            (answered, isGreetingLast) = (number, false)
        case .emptyLine:
            if isGreetingLast { dialogue.greeting?.form.insert(.doubledEnd) }
            if let answered { dialogue.exchanges[answered].reply?.form.insert(.doubledEnd) }
        case .encrypted: dialogue.isCutByTLS = true
        case .gap: break
        }
    }
}
