import Policy
import SMTP

/// A replayed verdict as one JSON line.
struct ReplayRow: Encodable {
    let time: String
    let session: String
    let client: String
    let helo: String
    let from: String
    let rcpt: String
    let action: String
    let applied: String
    let dialect: String
    let states: String
    let senders: String
    let reasons: [String]

    init(_ record: VerdictRecord) {
        time = Output.text(record.time)
        session = record.session
        client = record.client
        helo = record.helo
        from = record.sender
        rcpt = record.recipient
        action = record.verdict.rawValue
        applied = record.applied.rawValue
        dialect = record.dialect
        states = record.dialectState
        senders = record.senderScore
        reasons = record.reasons
    }

    func line() throws -> String { try Output.line(self) }
}
