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
    static func entries(_ list: String) -> [MilterEntry] { words(list).map(MilterEntry.init) }

    private init(_ word: Substring) {
        guard word.hasPrefix("{") else {
            endpoint = String(word)
            if !word.contains(":") {
                fault =
                    word.contains("=")
                    ? "\"\(word)\" stands outside of braces: write { SOCKET, \(word) }"
                    : "\"\(word)\" is no socket: write unix:PATH or inet:HOST:PORT"
            }
            return
        }
        let inner = word.dropFirst().dropLast(word.hasSuffix("}") ? 1 : 0)
        let parts = Self.words(String(inner))
        endpoint = String(parts.first ?? "")
        for part in parts.dropFirst() {
            // A setting with blanks in it stands in braces of its own.
            let bare = part.hasPrefix("{") && part.hasSuffix("}") ? part.dropFirst().dropLast() : part
            let halves = bare.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(halves[0].trimmed)
            settings[name] = halves.count > 1 ? String(halves[1].trimmed) : ""
            if halves.count < 2 { fault = "\"\(name)\" has no value: write \(name)=VALUE" }
        }
        if endpoint.isEmpty || !endpoint.contains(":") { fault = "there is no socket in \"\(word)\"" }
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) where fault == nil {
            if !Self.names.contains(name), !name.hasSuffix("_macros") {
                fault = "\"\(name)\" is no setting of a filter: \(Self.names.joined(separator: ", ")) are"
            } else if name.hasSuffix("_timeout"), PostfixExamination.seconds(value) == nil {
                fault = "\"\(value)\" is no time: write 5s"
            }
        }
        if !word.hasSuffix("}") { fault = "the closing brace is missing" }
    }

    /// The settings that one filter may have of its own (MILTER_README).
    private static let names = ["connect_timeout", "command_timeout", "content_timeout", "default_action", "protocol"]

    /// The words of a list; what stands in braces is one word.
    static func words(_ list: String) -> [Substring] {
        let separators: Set<Character> = [" ", ",", "\t", "\n"]
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
    /// too where it is confined to it.
    func socket(queueDirectory: String, isConfined: Bool) -> SocketName? {
        for kind in ["unix:", "local:"] where endpoint.hasPrefix(kind) {
            let path = String(endpoint.dropFirst(kind.count))
            if path.isEmpty { return nil }
            if !path.hasPrefix("/") { return .unix(path: "\(queueDirectory)/\(path)") }
            return .unix(path: isConfined ? queueDirectory + path : path)
        }
        return try? SocketName(endpoint)
    }
}
