/// What a field `Authentication-Results` (RFC 8601) says of SPF.
///
/// Only SPF, which authenticates the client that sends: a message that somebody else has signed with DKIM can be sent again
/// by anybody.
struct AuthenticationResults {
    /// The domain of the sender that the client may send for, in lower case; `nil` when SPF did not pass.
    let sender: String?

    /// Reads a value in one line and lower case.
    ///
    /// - Parameter authservID: the name that this site's own border gives itself; what others say is not read.
    init?(_ value: [UInt8], authservID: String) {
        var pieces = Self.withoutComments(value).split(separator: UInt8(ascii: ";"))[...]
        let first = pieces.popFirst()?.split(separator: UInt8(ascii: " ")).first ?? []
        guard !authservID.isEmpty, first.elementsEqual(authservID.utf8) else { return nil }
        var sender: String?
        for piece in pieces {
            let words = piece.split(separator: UInt8(ascii: " "))
            guard let method = words.first, method.elementsEqual("spf=pass".utf8) else { continue }
            let prefix = "smtp.mailfrom=".utf8
            for word in words.dropFirst() where word.starts(with: prefix) {
                let text = String(decoding: word.dropFirst(prefix.count), as: UTF8.self)
                let domain = text.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
                if !domain.isEmpty, !domain.contains("\"") { sender = String(domain) }
            }
        }
        self.sender = sender
    }

    private static func withoutComments(_ value: [UInt8]) -> [UInt8] {
        var depth = 0
        var plain: [UInt8] = []
        for byte in value {
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            default: if depth == 0 { plain.append(byte) }
            }
        }
        return plain
    }
}
