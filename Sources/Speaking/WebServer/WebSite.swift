import SMTP
import Synchronization
import WebPages

/// The page: a request in, an answer out. Knows who may do what; everything else is the desk's.
///
/// An answer may wait for argotd, a disk or Argon2: whoever asks does it on a thread that may wait.
final class WebSite: Sendable {
    /// The cookie of a login: for this host only, over TLS or loopback only, and never sent along from another site.
    static let cookie = "__Host-argot"

    private let configuration: WebConfiguration
    private let desk: any WebDesk
    private let sessions: WebSessions
    private let limits = LoginLimits()
    private let clock: @Sendable () -> UnixTime
    private let uptime: @Sendable () -> Int64
    /// Of forms before a login, and of users whom a proxy brings.
    private let secret = RandomText.make()
    /// Argon2 takes 64 MB: one at a time.
    private let hashing = Mutex(())

    /// - Parameters:
    ///   - clock: what time it is.
    ///   - uptime: seconds of a clock that does not jump.
    init(
        _ configuration: WebConfiguration, desk: any WebDesk, clock: @escaping @Sendable () -> UnixTime,
        uptime: @escaping @Sendable () -> Int64
    ) {
        self.configuration = configuration
        self.desk = desk
        self.clock = clock
        self.uptime = uptime
        sessions = WebSessions(lifetime: configuration.sessionSeconds, idle: configuration.idleSeconds)
    }

    /// Somebody who asks.
    private struct Visitor {
        let user: String
        let role: WebRole
        let token: String
        let secret: String?

        func frame(notice: String? = nil, fault: String? = nil) -> PageFrame {
            var frame = PageFrame(
                user: user, role: role.rawValue, canSteer: role == .steer, canLeave: secret != nil, token: token)
            frame.notice = notice
            frame.fault = fault
            return frame
        }
    }

    /// The answer to a request.
    func answer(to request: WebRequest) -> WebAnswer {
        guard isHostKnown(request.host) else {
            return .text(421, "this name is not in hosts of web.conf")
        }
        switch (request.method, request.path) {
        case ("GET", "/argot.css"): return .file(PageFiles.style, type: "text/css; charset=utf-8")
        case ("GET", "/live.js"): return .file(PageFiles.script, type: "text/javascript; charset=utf-8")
        case ("GET", "/icon.svg"): return .file(PageFiles.icon, type: "image/svg+xml")
        case ("GET", "/health"): return .text(200, "ok")
        case ("GET", "/login"): return login(to: request.query["to"] ?? "/", fault: nil, status: 200)
        case ("POST", "/login"): return logIn(request)
        default: break
        }
        guard request.method == "GET" || request.method == "POST" else { return .text(405, "GET and POST only") }
        switch visitor(request) {
        case .failure(let refusal): return refusal.answer
        case .success(let visitor):
            return request.method == "GET" ? show(request, to: visitor) : change(request, by: visitor)
        }
    }

    /// The figures of *Now* for a live page, and their time.
    func figures() throws -> (html: String, time: String) {
        let now = clock()
        return (try desk.now(at: now).fragment, String(Shown.time(now).suffix(8)))
    }

    /// Whether a login still holds, for a page that is live.
    func isWelcome(_ request: WebRequest) -> Bool {
        if case .success = visitor(request) { true } else { false }
    }

    // MARK: Who

    private struct Refusal: Error {
        let answer: WebAnswer
    }

    private func visitor(_ request: WebRequest) -> Result<Visitor, Refusal> {
        if !configuration.proxyUserField.isEmpty, configuration.trustedProxies.contains(request.peer.word) {
            let name = request.fields[configuration.proxyUserField] ?? ""
            guard let user = configuration.users[name] else {
                let text = name.isEmpty ? "the proxy names no user" : "the proxy's user is not in users of web.conf"
                return .failure(Refusal(answer: .text(403, text)))
            }
            return .success(Visitor(user: name, role: user.role, token: token(of: "proxy " + name), secret: nil))
        }
        if let secret = request.cookie(Self.cookie), let session = sessions.session(secret, at: uptime()) {
            return .success(Visitor(user: session.user, role: session.role, token: session.token, secret: secret))
        }
        guard request.method == "GET" else { return .failure(Refusal(answer: .text(403, "log in first"))) }
        let to = request.path == "/" ? "" : "?to=" + Shown.encoded(request.path)
        return .failure(Refusal(answer: .see("/login" + to)))
    }

    private func login(to: String, fault: String?, status: Int) -> WebAnswer {
        var frame = PageFrame(token: token(of: "login"))
        frame.fault = fault
        if configuration.users.values.allSatisfy({ $0.password == nil }) {
            frame.fault = "Nobody can log in: users of web.conf is empty. argot web password makes a line for it."
        }
        return .page(MessagePage.login(token: frame.token, to: Self.local(to), in: frame), status: status)
    }

    private func logIn(_ request: WebRequest) -> WebAnswer {
        guard isFromHere(request), RandomText.areEqual(request.form["token"] ?? "", token(of: "login")) else {
            return login(to: "/", fault: "The form was too old. Try again.", status: 403)
        }
        let to = Self.local(request.form["to"] ?? "/")
        let now = uptime()
        let wait = limits.wait(request.peer.word, at: now)
        guard wait == 0 else {
            return login(to: to, fault: "Too many tries. Wait \(wait) seconds.", status: 429)
                .with("Retry-After", String(wait))
        }
        let user = configuration.users[request.form["name"] ?? ""]
        let password = request.form["password"] ?? ""
        let isRight = hashing.withLock { _ in (user?.password ?? PasswordHash.nobody)?.matches(password) == true }
        guard isRight, let user, user.password != nil else {
            return login(to: to, fault: "Name or password is wrong.", status: 403)
        }
        limits.succeeded(request.peer.word)
        let secret = sessions.begin(user, at: now)
        return .see(to).with(
            "Set-Cookie",
            "\(Self.cookie)=\(secret); Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=\(configuration.sessionSeconds)"
        )
    }

    // MARK: Looking

    private func show(_ request: WebRequest, to visitor: Visitor) -> WebAnswer {
        let query = request.query
        let frame = visitor.frame(notice: query["done"].flatMap(Self.notices.first(for:)))
        do {
            switch request.path {
            case "/": return .page(try desk.now(at: clock()).html(in: frame))
            case "/live":
                return WebAnswer(
                    fields: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")], body: .live)
            case "/sessions":
                var search = SessionsPage.Search()
                func word(_ name: String) -> String { Self.trimmed(query[name] ?? "") }
                (search.queue, search.client) = (word("queue"), word("client"))
                (search.recipient, search.verdict) = (word("recipient"), word("verdict"))
                return .page(try desk.sessions(search, before: query["before"].flatMap { Int64($0) }).html(in: frame))
            case "/report":
                let days = query["days"].flatMap { Int($0) }.flatMap { ReportPage.periods.contains($0) ? $0 : nil }
                return .page(try desk.report(days: days ?? 7, at: clock()).html(in: frame))
            case "/lies": return .page(try desk.lies().html(in: frame))
            case "/settings": return .page(try desk.settings().html(in: frame))
            default: break
            }
            if let name = Self.name(in: request.path, after: "/session/"), let page = try desk.session(name) {
                return .page(page.html(in: frame))
            }
            if request.path.hasSuffix(".svg"),
                let name = Self.name(in: String(request.path.dropLast(4)), after: "/picture/"),
                let picture = try desk.picture(name)
            {
                return WebAnswer(
                    fields: [("Content-Type", "image/svg+xml"), ("Cache-Control", "no-store")],
                    body: .bytes(Array(picture.utf8)))
            }
            return .page(
                MessagePage.message(
                    "Not found", "There is no such page, or the journal has let go of it.", link: "/", in: frame),
                status: 404)
        } catch {
            return failure(error, visitor)
        }
    }

    /// What a page says after something was done: words of ours only, whatever the address says.
    private enum notices {
        static func first(for word: String) -> String? {
            switch word {
            case "mode": "The mode is set."
            case "list": "The list is changed."
            case "reload": "argotd reads its configuration again; what is wrong with it stands on the page Now."
            default: nil
            }
        }
    }

    private func failure(_ error: any Error, _ visitor: Visitor) -> WebAnswer {
        .page(
            MessagePage.message(
                "Not available", "This could not be done.", link: "/", linkText: "Now",
                in: visitor.frame(fault: "\(error)")),
            status: 503)
    }

    // MARK: Steering

    private func change(_ request: WebRequest, by visitor: Visitor) -> WebAnswer {
        guard isFromHere(request), RandomText.areEqual(request.form["token"] ?? "", visitor.token) else {
            return refused("The form was not this page's, or too old. Load the page and try again.", visitor)
        }
        if request.path == "/logout" {
            if let secret = visitor.secret { sessions.end(secret) }
            return .see("/login").with(
                "Set-Cookie", "\(Self.cookie)=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
        }
        guard visitor.role == .steer else { return refused("Your role is look: it may change nothing.", visitor) }
        let (form, entry) = (request.form, Self.trimmed(request.form["entry"] ?? ""))
        do {
            switch request.path {
            case "/settings/mode":
                _ = try desk.steer(.mode(form["mode"] ?? ""))
                return .see("/settings?done=mode")
            case "/settings/list": return try list(form["list"] ?? "", entry, back: form["back"], visitor)
            case "/settings/remove":
                _ = try desk.steer(.remove(entries: entry))
                return .see("/settings?done=list")
            case "/settings/reload":
                _ = try desk.steer(.reload)
                return .see("/settings?done=reload")
            default:
                return .page(
                    MessagePage.message("Not found", "There is no such page.", link: "/", in: visitor.frame()),
                    status: 404)
            }
        } catch {
            return failure(error, visitor)
        }
    }

    private func list(_ list: String, _ entry: String, back: String?, _ visitor: Visitor) throws -> WebAnswer {
        let notes = try desk.steer(.list(list, entries: entry))
        let back = Self.local(back ?? "/settings")
        guard notes.isEmpty else {
            return .page(
                MessagePage.message(
                    "Done", notes.joined(separator: " "), link: back, in: visitor.frame(notice: "The list is changed."))
            )
        }
        return .see(back + (back.contains("?") ? "&" : "?") + "done=list")
    }

    private func refused(_ text: String, _ visitor: Visitor) -> WebAnswer {
        .page(MessagePage.message("Refused", text, link: "/", linkText: "Now", in: visitor.frame()), status: 403)
    }

    // MARK: Checks

    private func isHostKnown(_ host: String) -> Bool {
        configuration.hosts.contains(Self.withoutPort(host.lowercased()))
    }

    /// Whether a form was sent by a page of ours, as far as the browser says.
    private func isFromHere(_ request: WebRequest) -> Bool {
        if let site = request.fields["sec-fetch-site"], site != "same-origin", site != "none" { return false }
        guard let origin = request.fields["origin"] else { return true }
        guard let slashes = origin.firstRange(of: "://") else { return false }
        return origin[slashes.upperBound...].lowercased() == request.host.lowercased()
    }

    private func token(of purpose: String) -> String { TokenText.make(secret, purpose) }

    /// A path of ours, whatever the form says: never another site's.
    static func local(_ path: String) -> String {
        let isLocal =
            path.hasPrefix("/") && !path.hasPrefix("//")
            && path.utf8.allSatisfy { 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "\\") } && path.utf8.count <= 2_048
        return isLocal ? path : "/"
    }

    private static func withoutPort(_ host: String) -> String {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[...end]) }
        return String(host.prefix { $0 != ":" })
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    private static func name(in path: String, after prefix: String) -> String? {
        let name = path.dropFirst(prefix.count)
        return path.hasPrefix(prefix) && 1...256 ~= name.utf8.count ? String(name) : nil
    }
}
