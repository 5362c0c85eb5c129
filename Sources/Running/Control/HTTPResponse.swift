/// An answer of the daemon's own little HTTP service.
public struct HTTPResponse: Sendable, Hashable {
    /// The status code.
    public var status: Int

    /// What the body is.
    public var contentType: String

    /// The body.
    public var body: String

    /// An answer from its parts.
    public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// An answer in JSON.
    public static func json(_ body: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: body)
    }

    /// What went wrong, in one line.
    public static func failure(_ status: Int, _ problem: String) -> HTTPResponse {
        HTTPResponse(status: status, body: problem + "\n")
    }

    private static let phrases = [
        200: "OK", 400: "Bad Request", 404: "Not Found", 403: "Forbidden", 405: "Method Not Allowed", 409: "Conflict",
        429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
        503: "Service Unavailable",
    ]

    /// The answer as it is sent. The connection ends behind it.
    var bytes: [UInt8] {
        let phrase = Self.phrases[status, default: "Status"]
        let head =
            "HTTP/1.1 \(status) \(phrase)\r\nContent-Type: \(contentType)\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + Array(body.utf8)
    }
}
