import Control
import Judgements
import StoredMail

/// Finds out what a message is called, and hands a person's judgement of it over.
struct MessageJudging {
    /// What the message is.
    let kind: JudgementKind

    /// The names of the site's servers.
    let hosts: Set<String>

    /// Asks argotd.
    let ask: (HTTPRequest) -> JudgementReception

    /// Judges a message, and says what became of it in words.
    ///
    /// Queue ids come first, and that of the message's arrival before those of filters that handed it back: they are this
    /// site's own. The Message-ID is the sender's, and may be that of several messages.
    func judge(_ head: MessageHead) -> (JudgeOutcome, String) {
        guard !head.fields.isEmpty else {
            return (.noMessage, "the message has no header: give it whole, as it was delivered")
        }
        let identity = MessageIdentity(of: head, at: hosts)
        guard identity.isOfSite else {
            let by = identity.servers.isEmpty ? "it has no Received field" : "it came by \(list(identity.servers))"
            return (
                .unknown,
                "the message was not received by this site (\(list(hosts.sorted()))): \(by); --by names this site's servers"
            )
        }
        var names = identity.queueIDs.map { (queueID: String?.some($0), messageID: String?.none) }
        if let id = identity.messageID { names.append((nil, id)) }
        for name in names {
            let judgement = LateJudgement(kind, from: .person, queueID: name.queueID, messageID: name.messageID)
            switch ask(judgement.request) {
            case .taken(let kept) where kept > 0:
                let what = name.queueID.map { "queue id \($0)" } ?? "Message-ID \(name.messageID ?? "")"
                return (.taken, "\(kind.rawValue): \(what), \(kept) message\(kept == 1 ? "" : "s")")
            case .taken: continue
            // A name that argotd cannot read is not the message's.
            case .refused: continue
            case .off(let words): return (.unavailable, "argotd takes no judgements by people: \(words)")
            case .later(let words): return (.later, "argotd cannot take this now, repeat it later: \(words)")
            case .unreachable(let words): return (.unavailable, words)
            }
        }
        let called =
            identity.queueIDs.map { "queue id \($0)" } + (identity.messageID.map { ["Message-ID \($0)"] } ?? [])
        guard !called.isEmpty else { return (.unknown, "the message has neither a queue id nor a Message-ID") }
        return (
            .unknown,
            "argotd keeps no message with \(called.joined(separator: " or ")): it is older than learning_retention, or was "
                + "sent by somebody who is not watched (logged in, trusted)"
        )
    }

    private func list(_ names: [String]) -> String { names.isEmpty ? "no name known" : names.joined(separator: ", ") }
}
