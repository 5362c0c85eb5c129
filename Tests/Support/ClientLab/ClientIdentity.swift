/// Who a client is to the server: what `XCLIENT` makes of a connection from loopback.
public struct ClientIdentity: Equatable, Sendable {
    /// The IPv4 or IPv6 address, as text without brackets.
    public var address: String
    /// The verified host name; nil when the address has none.
    public var name: String?
    /// The client's port; nil leaves the one of the connection.
    public var port: UInt16?
    /// The HELO argument to claim in advance; nil leaves it to the client.
    public var helo: String?

    /// Makes an identity.
    public init(_ address: String, name: String? = nil, port: UInt16? = nil, helo: String? = nil) {
        self.address = address
        self.name = name
        self.port = port
        self.helo = helo
    }

    /// The `XCLIENT` command for it, without line end.
    public var command: String {
        let host = address.contains(":") ? "IPV6:\(address)" : address
        // Without REVERSE_NAME a nameless client would keep the reverse name of the connection's real end.
        let shown = name.map(Self.xtext) ?? "[UNAVAILABLE]"
        var command = "XCLIENT ADDR=\(host) NAME=\(shown) REVERSE_NAME=\(shown)"
        if let port { command += " PORT=\(port)" }
        if let helo { command += " HELO=\(Self.xtext(helo))" }
        return command
    }

    /// RFC 1891 `xtext`: everything but visible ASCII without `+` and `=` as `+` and two hexadecimal digits.
    private static func xtext(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            if (33...126).contains(byte) && byte != UInt8(ascii: "+") && byte != UInt8(ascii: "=") {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "+0\(digits)" : "+\(digits)"
            }
        }
    }
}
