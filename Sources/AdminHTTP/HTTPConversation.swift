public import Sockets

/// One connection to the daemon's own little HTTP service: one request in, one answer out.
///
/// As much of HTTP/1.1 (RFC 9112) as curl, Prometheus and `argot` need: a request line, header fields that are passed
/// over, no body. swift-nio's HTTP server would do it too, for 5.6 MB of program.
public struct HTTPConversation: SocketConversation {
    /// The most bytes that a request may have.
    public static let maximumBytes = 16 * 1_024

    private let respond: (HTTPRequest) -> HTTPResponse
    private var received: [UInt8] = []

    /// A conversation whose answers `respond` gives.
    public init(respond: @escaping (HTTPRequest) -> HTTPResponse) {
        self.respond = respond
    }

    /// Takes in bytes of the request.
    public mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer {
        for index in bytes.indices { received.append(bytes[index]) }
        guard let end = headEnd else {
            guard received.count <= Self.maximumBytes else {
                return answer(.failure(431, "the request is longer than \(Self.maximumBytes) bytes"))
            }
            return SocketAnswer()
        }
        return answer(response(to: String(decoding: received[..<end], as: UTF8.self)))
    }

    /// Where the empty line behind the header fields begins.
    private var headEnd: Int? {
        let bytes = received
        return bytes.indices.first { index in
            bytes[index] == UInt8(ascii: "\n")
                && (bytes[..<index].hasSuffix("\n") || bytes[..<index].hasSuffix("\n\r"))
        }
    }

    private func response(to head: String) -> HTTPResponse {
        let line = head.split(whereSeparator: \.isNewline).first ?? ""
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1."),
            let request = HTTPRequest(method: words[0], target: words[1])
        else { return .failure(400, "this is no HTTP request: write GET /status HTTP/1.1") }
        guard ["GET", "POST", "DELETE"].contains(request.method) else {
            return .failure(405, "\(request.method) is not served: use GET, POST or DELETE")
        }
        return respond(request)
    }

    private func answer(_ response: HTTPResponse) -> SocketAnswer {
        SocketAnswer(bytes: response.bytes, closes: true)
    }
}

extension ArraySlice<UInt8> {
    fileprivate func hasSuffix(_ text: StaticString) -> Bool {
        suffix(text.utf8CodeUnitCount).elementsEqual(text.description.utf8)
    }
}
