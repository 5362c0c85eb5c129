/// What the answer to EHLO offers: keywords in order.
public struct ServiceOffer: Sendable, Hashable {
    /// An extension that the sink can serve.
    public enum Extension: String, Sendable, Hashable, CaseIterable {
        case pipelining = "PIPELINING"
        case size = "SIZE"
        case eightBit = "8BITMIME"
        case startTLS = "STARTTLS"
        case enhancedStatusCodes = "ENHANCEDSTATUSCODES"
        case smtpUTF8 = "SMTPUTF8"
        case chunking = "CHUNKING"
        case binary = "BINARYMIME"
        case dsn = "DSN"
        case auth = "AUTH"
        case etrn = "ETRN"
        case vrfy = "VRFY"
        case help = "HELP"
    }

    /// The extensions, in the order they are offered in.
    public var extensions: [Extension]

    /// What a mail server usually offers. AUTH is not part of it.
    public static let usual = ServiceOffer([
        .pipelining, .size, .eightBit, .startTLS, .enhancedStatusCodes, .smtpUTF8, .chunking, .dsn,
    ])

    /// An offer of these extensions.
    public init(_ extensions: [Extension]) {
        self.extensions = extensions
    }

    /// Reads keywords separated by commas, letter case aside; nothing or `none` offers nothing. `nil` when a keyword is
    /// not known or comes twice.
    public init?(_ text: some StringProtocol) {
        var extensions: [Extension] = []
        if text.lowercased() != "none" {
            for word in text.split(separator: "," as Character) {
                let keyword = word.uppercased()
                guard let known = Extension(rawValue: keyword.trimmingBlanks), !extensions.contains(known) else {
                    return nil
                }
                extensions.append(known)
            }
        }
        self.extensions = extensions
    }

    /// Whether the extension is offered.
    public func contains(_ extension: Extension) -> Bool { extensions.contains(`extension`) }

    /// The keyword lines of the answer to EHLO. STARTTLS is not offered again under TLS.
    func lines(messageBytes: Int, isUnderTLS: Bool) -> [String] {
        extensions.filter { $0 != .startTLS || !isUnderTLS }.map { keyword in
            switch keyword {
            case .size: "SIZE \(messageBytes)"
            case .auth: "AUTH PLAIN LOGIN"
            default: keyword.rawValue
            }
        }
    }
}

extension ServiceOffer: CustomStringConvertible {
    /// The keywords separated by commas, or `none`.
    public var description: String {
        extensions.isEmpty ? "none" : extensions.map(\.rawValue).joined(separator: ",")
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        let front = drop { $0 == " " }
        return String(front.reversed().drop { $0 == " " }.reversed())
    }
}
