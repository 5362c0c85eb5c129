/// A request, taken out of HTTP.
struct WebRequest: Sendable {
    /// Where it comes from.
    enum Peer: Sendable, Hashable {
        /// Whoever may connect to the unix socket.
        case unix
        /// An address.
        case address(String)

        /// The word for it in the configuration.
        var word: String {
            switch self {
            case .unix: "unix"
            case .address(let address): address
            }
        }
    }

    var method = "GET"

    /// The path, decoded.
    var path = "/"

    /// The query and the form, decoded; a later field replaces an earlier one of the same name.
    var query: [String: String] = [:]
    var form: [String: String] = [:]

    /// Header fields by names in lower case.
    var fields: [String: String] = [:]

    /// The name that was asked for, with a port as the browser sent it.
    var host = ""

    var peer = Peer.unix

    /// The cookie of that name.
    func cookie(_ name: String) -> String? {
        for pair in (fields["cookie"] ?? "").split(separator: ";") {
            let halves = pair.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, halves[0].drop(while: { $0 == " " }) == name else { continue }
            return String(halves[1])
        }
        return nil
    }

    /// The fields of `a=b&c=d`, percent-encoded, blanks as `+`; `nil` when that is malformed or has more than 64.
    static func fields(of text: Substring) -> [String: String]? {
        var fields: [String: String] = [:]
        let pairs = text.split(separator: "&")
        guard pairs.count <= 64 else { return nil }
        for pair in pairs {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(halves[0]), let value = decoded(halves.count > 1 ? halves[1] : "") else {
                return nil
            }
            fields[name] = value
        }
        return fields
    }

    /// Percent-encoded text; `nil` when it is malformed or not UTF-8.
    static func decoded(_ text: Substring, plusIsBlank: Bool = true) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
