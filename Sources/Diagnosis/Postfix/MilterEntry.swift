internal import Sockets

/// One filter of a Postfix list such as `smtpd_milters`: `unix:PATH`, or `{ unix:PATH, name=value, … }` (postconf(5)).
struct MilterEntry: Sendable, Hashable {
    /// The socket as it is written.
    var endpoint: String

    /// The settings of this filter alone.
    var settings: [String: String] = [:]

    /// The filters of a list, in order.
    static func entries(_ list: String) -> [MilterEntry] { words(list).map(MilterEntry.init) }

    private init(_ word: Substring) {
        guard word.hasPrefix("{") else {
            endpoint = String(word)
            return
        }
        let inner = word.dropFirst().dropLast(word.hasSuffix("}") ? 1 : 0)
        let parts = Self.words(String(inner))
        endpoint = String(parts.first ?? "")
        for part in parts.dropFirst() {
            // A setting with blanks in it stands in braces of its own.
            let bare = part.hasPrefix("{") && part.hasSuffix("}") ? part.dropFirst().dropLast() : part
            let halves = bare.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            settings[String(halves[0].trimmed)] = halves.count > 1 ? String(halves[1].trimmed) : ""
        }
    }

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
