import SMTP

extension SessionTranscript {
    /// The transcript without the secrets that an older or another recorder may have left in it. One without a login is the
    /// same. O(number of bytes).
    func redacted() -> SessionTranscript {
        var redactor = SecretRedactor()
        var log = EventLog(reservingBytes: events.byteCount, events: events.count)
        for event in events {
            switch event.kind {
            case .client: log.append(.client, redactor.client(event.bytes).bytes, at: event.time)
            case .server: log.append(.server, redactor.server(event.bytes), at: event.time)
            case .unknown: log.append(.unknown, SecretMask.command(event.bytes), at: event.time)
            case .clientGap:
                redactor.clientGap(Int(String(decoding: event.bytes, as: UTF8.self)) ?? 1)
                log.append(event.kind, event.bytes, at: event.time)
            case .serverGap:
                redactor.serverGap()
                log.append(event.kind, event.bytes, at: event.time)
            default: log.append(event.kind, event.bytes, at: event.time)
            }
        }
        var transcript = self
        transcript.events = log
        return transcript
    }
}
