import SMTP

/// The forms of a socket that the mail server may be told: `unix:PATH`, `local:PATH`, `/PATH`, `inet:PORT@HOST`,
/// `inet:HOST:PORT`, `inet:PORT`, the same with `inet6:`, and `fd:N`.
enum SocketSyntax {
    /// The longest path that fits into the kernel's socket address.
    static let maximumPathLength = 107

    private static let advice = "write unix:/PATH, inet:PORT@HOST, inet6:PORT@HOST or fd:NUMBER"

    /// Refuses everything that is none of the forms.
    static func check(_ text: String) throws(ValueFailure) {
        if text.hasPrefix("/") { return try checkPath(text) }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw failure(text, "has no form before a colon", advice) }
        switch parts[0] {
        case "unix", "local": try checkPath(parts[1])
        case "inet", "inet6": try checkEndpoint(parts[1], family: parts[0], in: text)
        case "fd": try checkDescriptor(parts[1], in: text)
        case "tcp", "tcp4": throw failure(text, "has the unknown form \"\(parts[0])\"", "write inet:\(parts[1])")
        case "tcp6": throw failure(text, "has the unknown form \"tcp6\"", "write inet6:\(parts[1])")
        default: throw failure(text, "has the unknown form \(QuotedText(parts[0]))", advice)
        }
    }

    /// The path that a checked socket lies at; `nil` when it is none in the file system.
    static func path(of text: String) -> String? {
        if text.hasPrefix("/") { return text }
        for prefix in ["unix:", "local:"] where text.hasPrefix(prefix) { return String(text.dropFirst(prefix.count)) }
        return nil
    }

    /// Whether a checked socket is reached over the network at all addresses of the host.
    static func isOpenToAll(_ text: String) -> Bool {
        guard text.hasPrefix("inet") else { return false }
        let place = text.drop { $0 != ":" }.dropFirst()
        let isAnyAddress = ["@0.0.0.0", "@[::]", "@::"].contains { place.hasSuffix($0) }
        return isAnyAddress || place.hasPrefix("0.0.0.0:") || place.hasPrefix("[::]:") || Int(place) != nil
    }

    private static func checkPath(_ path: String) throws(ValueFailure) {
        guard path.hasPrefix("/") else {
            throw failure(
                path, "is not a path from the root", "write unix:/PATH; Postfix alone knows its queue directory")
        }
        guard path.utf8.last != UInt8(ascii: "/") else {
            throw failure(path, "names a directory", "add the socket's name, such as argot.sock")
        }
        try ValueGrammar.checkPath(path, limit: maximumPathLength)
    }

    private static func checkEndpoint(_ place: String, family: String, in text: String) throws(ValueFailure) {
        let host: String?
        let port: String
        if let at = place.lastIndex(of: "@") {
            (port, host) = (String(place[..<at]), String(place[place.index(after: at)...]))
        } else if let colon = place.lastIndex(of: ":") {
            (host, port) = (String(place[..<colon]), String(place[place.index(after: colon)...]))
        } else {
            (port, host) = (place, nil)
        }
        guard port.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(port), 1...65_535 ~= number else {
            throw failure(text, "has no port from 1 to 65535", "write \(family):PORT@HOST, such as inet:8899@127.0.0.1")
        }
        guard let host else { return }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let literal = isBracketed ? String(host.dropFirst().dropLast()) : host
        if let address = ClientAddress(literal) {
            let fitting = address.family == .ipv4 ? "inet" : "inet6"
            guard fitting == family else {
                throw failure(text, "has an address of the other family", "write \(fitting):\(port)@\(literal)")
            }
        } else if isBracketed || (try? DomainName.check(host, allowsSuffix: false)) == nil {
            throw failure(text, "has no host name or address", "write \(family):PORT@HOST, such as inet:8899@127.0.0.1")
        }
    }

    private static func checkDescriptor(_ number: String, in text: String) throws(ValueFailure) {
        guard number.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let descriptor = Int(number), 3...1_023 ~= descriptor
        else { throw failure(text, "has no descriptor from 3 to 1023", "write fd:3 for the first one from systemd") }
    }

    private static func failure(_ text: String, _ problem: String, _ remedy: String) -> ValueFailure {
        ValueFailure(problem: "\(QuotedText(text)) \(problem)", remedy: remedy)
    }
}
