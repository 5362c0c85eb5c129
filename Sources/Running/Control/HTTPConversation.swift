public import Sockets

/// One connection to the daemon's own little HTTP service: one request in, one answer out.
///
/// As much of HTTP/1.1 (RFC 9112) as curl, Prometheus and `argot` need: a request line, header fields that are passed
/// over, no body. swift-nio's HTTP server would do it too, for 5.6 MB of program.
public struct HTTPConversation: SocketConversation {
    /// The most bytes that a request may have.
    public static let maximumBytes = 16 * 1_024

    private let handling: @Sendable (HTTPRequest) -> HTTPHandling
    private var received: [UInt8] = []
    /// How much of it was searched for the end of the head.
    private var searched = 0

    /// A conversation whose requests are handled as `handling` says, which must not wait for anything.
    public init(handling: @escaping @Sendable (HTTPRequest) -> HTTPHandling) {
        self.handling = handling
    }

    /// A conversation whose answers `respond` has at hand.
    public init(respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
        self.init { .now(respond($0)) }
    }

    /// Takes in bytes of the request.
    public mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer {
        for index in bytes.indices { received.append(bytes[index]) }
        guard let end = headEnd() else {
            guard received.count <= Self.maximumBytes else {
                return Self.answer(.failure(431, "the request is longer than \(Self.maximumBytes) bytes"))
            }
            return SocketAnswer()
        }
        switch handling(of: String(decoding: received[..<end], as: UTF8.self)) {
        case .now(let response): return Self.answer(response)
        case .later(let work): return SocketAnswer { done in work { done(Self.answer($0)) } }
        }
    }

    /// Where the empty line behind the header fields begins. Every byte is looked at once.
    private mutating func headEnd() -> Int? {
        let lineFeed = UInt8(ascii: "\n")
        defer { searched = received.count }
        for index in searched..<received.count where received[index] == lineFeed {
            let before = index > 0 && received[index - 1] == UInt8(ascii: "\r") ? index - 2 : index - 1
            if before >= 0, received[before] == lineFeed { return index }
        }
        return nil
    }

    private func handling(of head: String) -> HTTPHandling {
        let line = head.split(whereSeparator: \.isNewline).first ?? ""
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1."),
            let request = HTTPRequest(method: words[0], target: words[1])
        else { return .now(.failure(400, "this is not an HTTP request: write GET /status HTTP/1.1")) }
        guard ["GET", "POST", "DELETE"].contains(request.method) else {
            return .now(.failure(405, "\(request.method) is not served: use GET, POST or DELETE"))
        }
        return handling(request)
    }

    private static func answer(_ response: HTTPResponse) -> SocketAnswer {
        SocketAnswer(bytes: response.bytes, closes: true)
    }
}

/// How a request is handled: no request makes another one wait.
public enum HTTPHandling: Sendable {
    /// With an answer that is at hand.
    case now(HTTPResponse)

    /// With an answer that is made elsewhere: what stands here is called at once, must not wait for anything, and calls
    /// `done` once, on any thread.
    case later(@Sendable (_ done: @escaping @Sendable (HTTPResponse) -> Void) -> Void)
}
