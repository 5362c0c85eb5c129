import SMTP

/// What a session's transcript holds so far, within ``SinkLimits``. What lies beyond them is counted as a gap.
struct SessionRecording: Sendable {
    private(set) var events = EventLog(reservingBytes: 2_048, events: 32)
    private(set) var closings: [SessionTranscript.Closing] = []
    private(set) var gaps = 0
    private var messageBytes = 0
    private let limits: SinkLimits

    init(limits: SinkLimits) { self.limits = limits }

    /// Records a segment of the client. Of a message, `messageEnd` says where in the segment it ends (`nil`: it
    /// continues); beyond the limit only the last bytes are kept, which show how the message was ended.
    mutating func received(
        _ bytes: ArraySlice<UInt8>, isMessage: Bool = false, messageEnd: Int? = nil, at time: UInt64
    ) {
        guard isMessage else {
            messageBytes = 0
            append(.client, bytes, at: time)
            return
        }
        let room = max(0, limits.recordedMessageBytes - messageBytes)
        messageBytes += bytes.count
        if bytes.count <= room {
            append(.client, bytes, at: time)
        } else {
            if room > 0 { append(.client, bytes.prefix(room), at: time) }
            gaps += 1
            if let end = messageEnd {
                let first = min(max(bytes.startIndex + room, bytes.startIndex + end - 64), bytes.endIndex)
                append(.client, bytes[first...].prefix(4_096), at: time)
            }
        }
        if messageEnd != nil { messageBytes = 0 }
    }

    mutating func sent(_ bytes: [UInt8], at time: UInt64) { append(.server, bytes[...], at: time) }

    mutating func tls(version: String, cipher: String, at time: UInt64) {
        events.append(.tls, parts: [version.utf8, cipher.utf8], at: time)
    }

    mutating func closed(byClient: Bool, _ manner: SessionTranscript.Closing.Manner, at time: UInt64) {
        guard !closings.contains(where: { $0.isByClient == byClient }) else { return }
        closings.append(.init(time: time, isByClient: byClient, manner: manner))
    }

    private mutating func append(_ kind: SessionEvent.Kind, _ bytes: ArraySlice<UInt8>, at time: UInt64) {
        let room = limits.recordedBytes - events.byteCount
        guard events.count < limits.recordedEvents, room > 0 else {
            gaps += 1
            return
        }
        if bytes.count > room { gaps += 1 }
        events.append(kind, bytes.prefix(room), at: time)
    }
}
