public import Control
import Judgements
public import MailLogs

extension LoggedWord {
    /// The request that hands it to argotd.
    public var request: HTTPRequest {
        switch self {
        case .judged(let isSpam, let queueID, _, let time):
            LateJudgement(isSpam ? .spam : .honest, from: .filterLog, queueID: queueID, at: time).request
        case .refusedClient(let client, let reply, let time):
            LateJudgement.refusal(of: client, reply: reply, at: time)
        case .wroteTo(let address, let time): LateJudgement.correspondent(address, at: time)
        }
    }
}
