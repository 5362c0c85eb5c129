import SMTP

/// A record as `--print` shows it.
extension TapRecord: CustomStringConvertible {
    /// `CLIENT:PORT SERVER:PORT SERIAL WORD …`
    public var description: String {
        "\(Self.end(connection.client, connection.clientPort)) \(Self.end(connection.server, connection.serverPort)) "
            + "\(serial) \(finding)"
    }

    private static func end(_ address: ClientAddress, _ port: UInt16) -> String {
        address.family == .ipv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}

extension TapFinding: CustomStringConvertible {
    /// One word, and what belongs to it.
    public var description: String {
        switch self {
        case .opened(let syn): return "opened \(syn)"
        case .line(let line):
            let words = ["line", PrintableText(String(decoding: line.bytes, as: UTF8.self)).quoted, line.end.rawValue]
            return (words + line.marks.subtracting(.wrongEnd).words).joined(separator: " ")
        case .reply(let code, _): return "reply \(code)"
        case .tls(let ja4): return "tls \(ja4)"
        case .ended(let ending):
            return "ended by-\(ending.isByClient ? "client" : "server") \(ending.isReset ? "rst" : "fin")"
                + (ending.hasQuit ? " quit" : "")
        case .lost(let loss): return "lost \(loss)"
        }
    }
}
