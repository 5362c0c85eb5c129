/// What of a network's packets argot-tap looks at, in libpcap's language.
///
/// Of clients: packets of less than 800 bytes, which hold every command, and none of the full ones of a mail's content;
/// larger ones only if they begin with MAIL or RCPT (commands that are sent together), with BDAT, or with a TLS handshake. Of servers:
/// packets with data, which are replies, and those that open or end a connection; no acknowledgements.
enum CaptureFilter {
    /// The filter for these ports of mail servers.
    static func text(ports: Set<UInt16>) -> String {
        let ports = ports.sorted()
        let to = ports.map { "dst port \($0)" }.joined(separator: " or ")
        let from = ports.map { "src port \($0)" }.joined(separator: " or ")
        return "tcp and (((\(to)) and (less 800 or (ip and \(large4)) or (ip6 and \(large6))))"
            + " or ((\(from)) and ((ip and \(reply4)) or (ip6 and \(reply6)))))"
    }

    /// The filter for a recording: everything at these ports.
    static func all(ports: Set<UInt16>) -> String {
        "tcp and (" + ports.sorted().map { "port \($0)" }.joined(separator: " or ") + ")"
    }

    /// The first four bytes behind a TCP header at `offset`: MAIL, RCPT or BDAT in any case, or a TLS handshake of version 3.
    private static func begins(_ bytes: String) -> String {
        let words = [0x4d41_494c, 0x5243_5054, 0x4244_4154].map { "\(bytes) & 0xdfdfdfdf = 0x\(String($0, radix: 16))" }
        return "(" + words.joined(separator: " or ") + " or \(bytes) & 0xffff0000 = 0x16030000)"
    }

    private static let large4 = begins("tcp[((tcp[12] & 0xf0) >> 2):4]")
    // libpcap knows TCP headers behind IPv4 only; behind IPv6 without extension headers they are at 40.
    private static let large6 = "ip6[6] = 6 and " + begins("ip6[(40 + ((ip6[52] & 0xf0) >> 2)):4]")
    private static let reply4 =
        "(tcp[13] & 7 != 0 or ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2) != 0)"
    private static let reply6 =
        "(ip6[6] = 6 and (ip6[53] & 7 != 0 or ip6[4:2] - ((ip6[52] & 0xf0) >> 2) != 0))"
}
