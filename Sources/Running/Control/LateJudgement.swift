public import Judgements
public import SMTP

/// A judgement that is handed to argotd after the message, over its judgement socket.
public struct LateJudgement: Sendable, Hashable {
    /// Who says so.
    public var source: JudgementSource

    /// What the message is.
    public var kind: JudgementKind

    /// The mail server's name for the message, if it is known.
    public var queueID: String?

    /// The Message-ID, if it is known.
    public var messageID: String?

    /// When it was said; `nil` for now.
    public var time: UnixTime?

    /// A judgement from its parts; one of the names is needed.
    public init(
        _ kind: JudgementKind, from source: JudgementSource, queueID: String? = nil, messageID: String? = nil,
        at time: UnixTime? = nil
    ) {
        self.source = source
        self.kind = kind
        self.queueID = queueID
        self.messageID = messageID
        self.time = time
    }

    /// The request that hands it over.
    public var request: HTTPRequest {
        var query = ["source": source.rawValue, "verdict": kind.rawValue]
        query["queue_id"] = queueID
        query["message_id"] = messageID
        query["time"] = time.map { String($0.seconds) }
        return HTTPRequest(method: "POST", path: "/judgements", query: query)
    }

    /// The request that tells what the mail server answered to a client before it asked for any recipient.
    public static func refusal(of client: ClientAddress, reply: String, at time: UnixTime?) -> HTTPRequest {
        var query = ["client": client.description, "reply": reply]
        query["time"] = time.map { String($0.seconds) }
        return HTTPRequest(method: "POST", path: "/refusals", query: query)
    }

    /// The request that tells of somebody whom an authenticated user has written to.
    public static func correspondent(_ address: String, at time: UnixTime?) -> HTTPRequest {
        var query = ["address": address]
        query["time"] = time.map { String($0.seconds) }
        return HTTPRequest(method: "POST", path: "/correspondents", query: query)
    }
}
