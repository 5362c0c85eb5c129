public import Sockets

/// Asks the daemon over its control socket.
public enum AdminClient {
    /// The answer to `request`; each step may take `timeout` seconds.
    public static func response(
        to request: HTTPRequest, at socket: SocketName, timeout: Int = 10
    ) throws(SocketError) -> HTTPResponse {
        let client = try SocketClient(socket, timeout: timeout)
        let head = "\(request.method) \(request.target) HTTP/1.1\r\nHost: argotd\r\nConnection: close\r\n\r\n"
        let bytes = try client.exchange(Array(head.utf8))
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else {
            throw SocketError(.system, "\(socket): the answer is incomplete: check whether argotd is running")
        }
        let words = text.prefix { $0 != "\r\n" }.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let status = Int(words[1]) else {
            throw SocketError(.system, "\(socket): this is not argotd's control socket")
        }
        return HTTPResponse(status: status, body: String(text[end.upperBound...]))
    }
}
