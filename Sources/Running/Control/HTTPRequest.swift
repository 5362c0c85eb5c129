internal import SMTP

/// A request to the daemon's own little HTTP service. Requests have no bodies: what they need stands in the query.
public struct HTTPRequest: Sendable, Hashable {
    /// `GET`, `POST` or `DELETE`.
    public var method: String

    /// The path, decoded, such as `/metrics`.
    public var path: String

    /// The query's fields, decoded; a later one replaces an earlier one of the same name.
    public var query: [String: String]

    /// A request from its parts.
    public init(method: String, path: String, query: [String: String] = [:]) {
        self.method = method
        self.path = path
        self.query = query
    }

    /// The request in a target such as `/lists?address=192.0.2.1`; `nil` when it is malformed (RFC 3986, RFC 9112).
    init?(method: Substring, target: Substring) {
        guard target.hasPrefix("/") else { return nil }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = Self.decoded(parts[0]) else { return nil }
        var query: [String: String] = [:]
        for field in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(halves[0]), let value = Self.decoded(halves.count > 1 ? halves[1] : "") else {
                return nil
            }
            query[name] = value
        }
        self.init(method: String(method), path: path, query: query)
    }

    /// The request's target, encoded.
    public var target: String {
        let fields = query.sorted { $0.key < $1.key }.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }
        return Self.encoded(path, keeping: "/") + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func encoded(_ text: String, keeping kept: String = "") -> String {
        let safe = Set("-._~\(kept)".utf8)
        return text.utf8.reduce(into: "") { result, byte in
            let isSafe =
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: safe.contains(byte)
                }
            result += isSafe ? String(UnicodeScalar(byte)) : "%" + byte.padded(to: 2, radix: 16)
        }
    }
}
