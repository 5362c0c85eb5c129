import Configuration
import FoundationEssentials
import SMTP
import Sockets

/// What `/etc/argot/web.conf` says, in the notation of argotd.conf.
struct WebConfiguration: Sendable {
    /// Where the file lies when no other is named.
    static let standardFile = "/etc/argot/web.conf"

    /// Where the page is served.
    var listen = SocketName.unix(path: "/run/argot-web/web.sock")

    /// The names that browsers may ask for it by.
    var hosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    /// Who may use it.
    var users: [String: WebUser] = [:]

    /// The addresses of proxies whose word on the user is taken; `unix` for whoever may connect to the socket.
    var trustedProxies: Set<String> = []

    /// The field in which a trusted proxy names the user, in lower case; empty for none.
    var proxyUserField = ""

    /// For how long a login holds, in seconds, and for how long without any request.
    var sessionSeconds = 8 * 3_600
    var idleSeconds = 3_600

    /// argotd's configuration file; `nil` for the usual one.
    var argotdFile: String?

    /// The copy of the key that addresses are hashed with; empty for argotd's own.
    var hashingKeyFile = ""

    /// Reads the file at `path`. One that is not there says nothing.
    static func read(_ path: String) throws(WebFault) -> WebConfiguration {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            guard !FileManager.default.fileExists(atPath: path) else {
                throw WebFault("\(path) cannot be read", remedy: "let the user argot-web read it")
            }
            return WebConfiguration()
        }
        guard data.count <= ConfigurationFile.maximumLength else {
            throw WebFault("\(path) has \(data.count) bytes", remedy: "check that it is the configuration")
        }
        return try WebConfiguration(name: path, bytes: Array(data))
    }

    /// What everything says when nothing is said.
    init() {}

    /// Takes a file apart.
    init(name: String, bytes: [UInt8]) throws(WebFault) {
        let file = ConfigurationFile(name: name, bytes: bytes)
        if let error = file.errors.first { throw WebFault("\(error)", remedy: "correct the line") }
        for entry in file.entries { try take(entry) }
        if !proxyUserField.isEmpty, trustedProxies.isEmpty {
            throw WebFault(
                "\(name): proxy_user_field is set and trusted_proxies is empty",
                remedy: "name the proxy, or remove proxy_user_field")
        }
    }

    private mutating func take(_ entry: ConfigurationEntry) throws(WebFault) {
        let value = entry.value
        let words = value.split { $0 == " " || $0 == "\t" }.map(String.init)
        func refuse(_ problem: String, _ remedy: String) -> WebFault {
            WebFault("\(entry.source): \(entry.key): \(problem)", remedy: remedy)
        }
        switch entry.key {
        case "listen":
            do {
                listen = try SocketName(value)
            } catch {
                throw refuse("\(error)", "write unix:PATH or inet:PORT@127.0.0.1")
            }
            guard Self.isLocal(listen) else {
                throw refuse(
                    "\"\(value)\" is not an address of this host alone",
                    "listen at 127.0.0.1, at ::1 or at a unix socket, and put a web server with TLS in front")
            }
        case "hosts":
            guard !words.isEmpty else { throw refuse("it is empty", "name what browsers ask for: argot.example.org") }
            hosts = Set(words.map { $0.lowercased() })
        case "users": users = try Self.users(words, refuse)
        case "trusted_proxies":
            for word in words where word != "unix" && ClientAddress(word) == nil {
                throw refuse("\"\(word)\" is not an address", "write addresses, or unix")
            }
            trustedProxies = Set(words)
        case "proxy_user_field":
            guard value.utf8.allSatisfy({ $0 == 0x2d || 0x41...0x5a ~= $0 || 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 })
            else { throw refuse("\"\(value)\" is not the name of a field", "write one such as X-Remote-User") }
            proxyUserField = value.lowercased()
        case "session_minutes": sessionSeconds = try Self.minutes(value, refuse)
        case "idle_minutes": idleSeconds = try Self.minutes(value, refuse)
        case "argotd_config": argotdFile = value.isEmpty ? nil : value
        case "hashing_key": hashingKeyFile = value
        default:
            throw refuse(
                "this is not a key",
                "use listen, hosts, users, trusted_proxies, proxy_user_field, session_minutes, idle_minutes, "
                    + "argotd_config or hashing_key")
        }
    }

    private static func minutes(_ value: String, _ refuse: (String, String) -> WebFault) throws(WebFault) -> Int {
        guard let minutes = Int(value), 1...10_080 ~= minutes else {
            throw refuse("\"\(value)\" is not a number of minutes", "write one from 1 to 10080")
        }
        return minutes * 60
    }

    /// Users, three words each: name, role and hash; `-` for users without a password here.
    private static func users(_ words: [String], _ refuse: (String, String) -> WebFault) throws(WebFault)
        -> [String: WebUser]
    {
        var users: [String: WebUser] = [:]
        var rest = words[...]
        while let name = rest.popFirst() {
            guard WebUser.isName(name) else {
                throw refuse("\"\(PrintableText(name))\" is not a name", "use letters, digits and -._@+")
            }
            guard let role = rest.popFirst().flatMap(WebRole.init(rawValue:)) else {
                throw refuse("\(name) has no role", "write NAME, look or steer, and what argot web password prints")
            }
            let hash = rest.popFirst() ?? ""
            let password = PasswordHash(hash)
            guard password != nil || hash == "-" else {
                throw refuse("\(name) has no hash of a password", "write what argot web password prints, or -")
            }
            guard users.updateValue(WebUser(name: name, role: role, password: password), forKey: name) == nil else {
                throw refuse("\(name) is there twice", "keep one")
            }
        }
        return users
    }

    private static func isLocal(_ socket: SocketName) -> Bool {
        switch socket {
        case .unix: return true
        case .descriptor: return false
        case .inet(let host, _, _):
            guard let address = ClientAddress(host) else { return host == "localhost" }
            return address.description.hasPrefix("127.") || address.description == "::1"
        }
    }
}
