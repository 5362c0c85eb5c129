import Policy
import SMTP
import Storage

/// A verdict of the journal as JSON. Addresses are keyed hashes; those in clear are there only where the journal keeps
/// them (`journal_addresses = clear`).
struct JournalRow: Encodable {
    let time: String
    let session: String
    let client: String?
    let sender: String?
    let recipient: String?
    let clientAddress: String?
    let senderAddress: String?
    let recipientAddress: String?
    let recipientDomain: String
    let action: String
    let applied: String
    let reasons: [String]
    let dialect: String
    let dialectStates: String
    let queueID: String
    let mode: String
    let replyCode: Int?
    let senderScore: String?

    init(_ entry: JournalEntry) {
        time = Output.text(entry.time)
        session = entry.session
        client = entry.client?.description
        sender = entry.sender?.description
        recipient = entry.recipient?.description
        clientAddress = entry.shown?.client
        senderAddress = entry.shown?.sender
        recipientAddress = entry.shown?.recipient
        recipientDomain = entry.recipientDomain
        action = entry.verdict.rawValue
        applied = entry.applied.rawValue
        reasons = entry.reasons
        dialect = entry.dialect
        dialectStates = entry.dialectState
        queueID = entry.queueID
        mode = entry.mode.rawValue
        replyCode = entry.replyCode
        senderScore = entry.senderScore.isEmpty ? nil : entry.senderScore
    }
}
