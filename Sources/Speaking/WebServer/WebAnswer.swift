/// An answer, before it becomes HTTP.
struct WebAnswer: Sendable {
    /// What it carries.
    enum Body: Sendable {
        /// Bytes.
        case bytes([UInt8])
        /// The figures of *Now*, as server-sent events, until either side ends it.
        case live
    }

    var status = 200
    var fields: [(name: String, value: String)] = []
    var body: Body

    /// A page.
    static func page(_ html: String, status: Int = 200) -> WebAnswer {
        WebAnswer(
            status: status, fields: [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")],
            body: .bytes(Array(html.utf8)))
    }

    /// A file of the page's own, which changes with the program only.
    static func file(_ bytes: [UInt8], type: String) -> WebAnswer {
        WebAnswer(fields: [("Content-Type", type), ("Cache-Control", "max-age=300")], body: .bytes(bytes))
    }

    /// Text.
    static func text(_ status: Int, _ text: String) -> WebAnswer {
        WebAnswer(
            status: status, fields: [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")],
            body: .bytes(Array((text + "\n").utf8)))
    }

    /// Elsewhere, to be asked for by GET.
    static func see(_ path: String) -> WebAnswer {
        WebAnswer(status: 303, fields: [("Location", path), ("Cache-Control", "no-store")], body: .bytes([]))
    }

    /// With another field.
    func with(_ name: String, _ value: String) -> WebAnswer {
        var answer = self
        answer.fields.append((name, value))
        return answer
    }

    /// What every answer has: nothing comes from elsewhere, nothing is run or styled in the page itself, nobody frames it.
    static let guards: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ]
}
