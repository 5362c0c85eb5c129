import Glibc

/// The SMTP client as the MTA presents it to the filter.
public struct ClientPeer: Hashable, Sendable {
    /// The client's address.
    public enum Address: Hashable, Sendable {
        /// IPv4.
        case inet(String, port: UInt16)
        /// IPv6, without the prefix `IPv6:`.
        case inet6(String, port: UInt16)
        /// A unix socket.
        case unix(String)
        /// None that the MTA knows.
        case unknown
    }

    /// The verified name; nil if there is none.
    public var name: String?
    /// Where the client connects from.
    public var address: Address

    /// A client.
    public init(name: String? = nil, address: Address) {
        self.name = name
        self.address = address
    }

    /// A client on IPv4 or IPv6, told apart by the colon.
    public init(name: String? = nil, ip: String, port: UInt16 = 40000) {
        self.init(name: name, address: ip.contains(":") ? .inet6(ip, port: port) : .inet(ip, port: port))
    }

    /// The host as both MTAs write it: the name, or the address in brackets, or `unknown`.
    public var host: String { name ?? ip.map { "[\($0)]" } ?? "unknown" }

    /// The host as Sendmail writes it: an address as ``sendmailAddress``, in brackets.
    public var sendmailHost: String { name ?? sendmailAddress.map { "[\($0)]" } ?? host }

    /// The address as Sendmail writes it: for IPv6 with a prefix and all its groups.
    private var sendmailAddress: String? {
        guard case .inet6(let ip, _) = address else { return ip }
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, ip, &bytes) == 1 else { return ip }
        let groups = withUnsafeBytes(of: &bytes) { raw in
            stride(from: 0, to: 16, by: 2).map { String(UInt16(raw[$0]) << 8 | UInt16(raw[$0 + 1]), radix: 16) }
        }
        return "IPv6:" + groups.joined(separator: ":")
    }

    /// The address as text, without port.
    public var ip: String? {
        switch address {
        case .inet(let ip, _), .inet6(let ip, _): ip
        case .unix, .unknown: nil
        }
    }

    /// The port.
    public var port: UInt16? {
        switch address {
        case .inet(_, let port), .inet6(_, let port): port
        case .unix, .unknown: nil
        }
    }

    /// The data of CONNECT.
    public var payload: [UInt8] { payload(host: host) }

    /// The data of CONNECT with the host written in another way.
    func payload(host: String) -> [UInt8] {
        let place: [UInt8] =
            switch address {
            case .inet(let ip, let port): family("4", port, ip)
            case .inet6(let ip, let port): family("6", port, ip)
            case .unix(let path): family("L", 0, path)
            case .unknown: [UInt8(ascii: "U")]
            }
        return MilterPacket.terminated([host]) + place
    }

    /// The macros about the client, as Postfix knows them.
    public var macros: MacroSet {
        var macros: MacroSet = [:]
        guard let ip, let port else { return macros }
        let written = ip.contains(":") ? "IPv6:" + ip : ip
        macros["_"] = "\(name ?? "unknown") [\(written)]"
        macros["{client_addr}"] = written
        macros["{client_name}"] = name ?? "unknown"
        macros["{client_ptr}"] = name ?? "unknown"
        macros["{client_port}"] = String(port)
        macros["{client_resolve}"] = name == nil ? "FAIL" : "OK"
        return macros
    }

    /// The macros about the client as Sendmail has them: without a name they hold the address.
    public var sendmailMacros: MacroSet {
        var macros = macros
        guard ip != nil else { return macros }
        macros["{client_addr}"] = sendmailAddress
        if name == nil { macros["_"] = sendmailHost }
        macros["{client_name}"] = sendmailHost
        macros["{client_ptr}"] = sendmailHost
        return macros
    }

    private func family(_ letter: Unicode.Scalar, _ port: UInt16, _ place: String) -> [UInt8] {
        [UInt8(ascii: letter), UInt8(port >> 8), UInt8(port & 0xFF)] + MilterPacket.terminated([place])
    }
}
