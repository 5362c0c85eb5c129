internal import Sockets

/// One filter of a Postfix list such as `smtpd_milters`: `unix:PATH`, or `{ unix:PATH, name=value, … }` (postconf(5)).
struct MilterEntry: Sendable, Hashable {
    /// The socket as it is written.
    var endpoint: String

    /// The settings of this filter alone.
    var settings: [String: String] = [:]

    /// Why Postfix cannot read the entry; `nil` when it can. Its servers then take no mail at all.
    private(set) var fault: String?

    /// The filters of a list, in order.
    static func entries(_ list: String) -> [MilterEntry] { words(list[...]).map(MilterEntry.init) }

    /// Reads a word of a list.
    init(_ word: Substring) {
        guard word.hasPrefix("{") else {
            endpoint = String(word)
            if !word.contains(":") {
                fault =
                    word.contains("=")
                    ? "\"\(word)\" is outside braces: write { SOCKET, \(word) }"
                    : "\"\(word)\" is not a socket: write unix:PATH or inet:HOST:PORT"
            }
            fault = fault ?? addressFault
            return
        }
        let inner = word.dropFirst().dropLast(word.hasSuffix("}") ? 1 : 0)
        let parts = Self.words(inner)
        endpoint = String(parts.first ?? "")
        for part in parts.dropFirst() {
            let (name, value) = Self.setting(part)
            settings[name] = value ?? ""
            if value == nil { fault = "\"\(name)\" has no value: write \(name)=VALUE" }
        }
        if endpoint.isEmpty || !endpoint.contains(":") { fault = "there is no socket in \"\(word)\"" }
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) where fault == nil {
            if !Self.isKnown(name) {
                fault = "\"\(name)\" is not a filter setting: \(Self.names.joined(separator: ", ")) are"
            } else if name.hasSuffix("_timeout"), PostfixExamination.seconds(value) == nil {
                fault = "\"\(value)\" is not a time: write 5s"
            }
        }
        fault = fault ?? addressFault
        if !word.hasSuffix("}") { fault = "the closing brace is missing" }
    }

    /// Name and value of a setting; one with blanks in it stands in braces of its own.
    static func setting(_ part: Substring) -> (name: String, value: String?) {
        let bare = part.hasPrefix("{") && part.hasSuffix("}") ? part.dropFirst().dropLast() : part
        let halves = bare.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = halves.first.map { String($0.trimmed) } ?? ""
        return (name, halves.count > 1 ? String(halves[1].trimmed) : nil)
    }

    /// The settings that one filter may have of its own (MILTER_README).
    static let names = ["connect_timeout", "command_timeout", "content_timeout", "default_action", "protocol"]

    /// Whether a filter may have a setting of this name.
    static func isKnown(_ name: String) -> Bool { names.contains(name) || name.hasSuffix("_macros") }

    /// Why an address ends Postfix' servers as soon as a client connects; `nil` when it does not.
    private var addressFault: String? {
        guard endpoint.hasPrefix("inet:") else { return nil }
        let address = endpoint.dropFirst(5)
        if address.contains("@") { return "\"\(endpoint)\" is Sendmail's spelling: write inet:HOST:PORT" }
        if !address.contains(":"), address.contains(".") { return "\"\(endpoint)\" has no port: write inet:HOST:PORT" }
        return nil
    }

    /// The port of an address, however it is spelt; `nil` for a path.
    var port: UInt16? {
        if case .inet(_, let port, _)? = try? SocketName(endpoint) { port } else { nil }
    }

    /// Whether it is a path that is called after Argot: `argot/…`, `…/argot.sock`. Names of hosts and of directories further
    /// up say nothing.
    var isNamedArgot: Bool {
        let path =
            endpoint.hasPrefix("unix:") || endpoint.hasPrefix("local:") ? endpoint.drop { $0 != ":" }.dropFirst() : ""
        let parts = (endpoint.contains(":") ? path : endpoint[...]).split(separator: "/")
        return parts.last?.hasPrefix("argot") ?? false || parts.dropLast().last == "argot"
    }

    /// The words of a list; what stands in braces is one word.
    static func words(
        _ list: Substring, separators: Set<Character> = [" ", ",", "\t", "\n"]
    ) -> [Substring] {
        var words: [Substring] = []
        var start: String.Index?
        var depth = 0
        for index in list.indices {
            let character = list[index]
            if depth == 0, separators.contains(character) {
                if let begin = start { words.append(list[begin..<index]) }
                start = nil
                continue
            }
            if start == nil { start = index }
            if character == "{" { depth += 1 }
            if character == "}" { depth = max(0, depth - 1) }
        }
        if let begin = start { words.append(list[begin...]) }
        return words
    }

    /// The socket, a path as the mail server's process sees it: relative ones below its queue directory, absolute ones
    /// too where it is confined to it. `nil` for what Postfix has no transport for.
    func socket(queueDirectory: String, isConfined: Bool) -> SocketName? {
        for kind in ["unix:", "local:"] where endpoint.hasPrefix(kind) {
            let path = String(endpoint.dropFirst(kind.count))
            if path.isEmpty { return nil }
            if !path.hasPrefix("/") { return .unix(path: "\(queueDirectory)/\(path)") }
            return .unix(path: isConfined ? queueDirectory + path : path)
        }
        return endpoint.hasPrefix("inet:") ? try? SocketName(endpoint) : nil
    }
}
