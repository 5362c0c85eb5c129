import FoundationEssentials
public import Sockets

/// What became of a judgement that was handed over.
public enum JudgementReception: Sendable, Hashable {
    /// It was taken: this many messages of that name are kept, 0 if none is.
    case taken(kept: Int)

    /// argotd does not take it, and will not when it is repeated; its words.
    case refused(String)

    /// This source is switched off; argotd's words.
    case off(String)

    /// argotd cannot take it now; repeat it. Its words.
    case later(String)

    /// Nobody answers there as argotd does.
    case unreachable(String)

    /// Hands a request to the judgement socket; each step may take `timeout` seconds.
    public init(of request: HTTPRequest, at socket: SocketName, timeout: Int = 10) {
        do throws(SocketError) {
            self.init(try AdminClient.response(to: request, at: socket, timeout: timeout))
        } catch {
            self = .unreachable(error.description)
        }
    }

    /// Reads an answer of the judgement socket.
    public init(_ response: HTTPResponse) {
        let body = Data(response.body.utf8)
        if response.status == 200 {
            let answer = try? JSONDecoder().decode(Answer.self, from: body)
            self = answer.map { .taken(kept: $0.kept) } ?? .unreachable("this is not argotd's judgement socket")
            return
        }
        let words =
            (try? JSONDecoder().decode(Failure.self, from: body))?.error
            ?? response.body.split(separator: "\n").joined(separator: "; ")
        self =
            switch response.status {
            case 403: .off(words)
            case 429, 500...599: .later(words)
            case 404, 405: .unreachable("this is not argotd's judgement socket: \(words)")
            default: .refused(words)
            }
    }

    private struct Answer: Decodable { let kept: Int }

    private struct Failure: Decodable { let error: String }
}
