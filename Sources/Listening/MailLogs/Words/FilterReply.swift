import LogLines

/// The texts with which filters refuse spam, by which their refusals are told from those of others.
///
/// Mail servers log the text of a filter's refusal, and Postfix nothing else of it. So only texts that are known to be a
/// filter's are its word: Argot's own refusals, those of greylists, of virus scanners and of rules of the site say nothing.
struct FilterReply: Sendable {
    /// What filters say unless they are told otherwise: spamass-milter, rspamd.
    private static let known = ["Blocked by SpamAssassin", "Spam message rejected"]

    private let texts: [[UInt8]]

    /// - Parameter named: the beginnings of texts that filters of this site use.
    init(named: [String]) { texts = (Self.known + named).filter { !$0.isEmpty }.map { Self.folded($0.utf8) } }

    /// Whether a reply, without its codes, is a filter's refusal of spam. O(texts × length).
    func isRefusalOfSpam(_ reply: ArraySlice<UInt8>) -> Bool {
        let folded = Self.folded(reply.prefix(200))
        return texts.contains { folded.starts(with: $0) } || Self.isOfAmavis(folded[...])
    }

    /// `Reject, id=12345-01 - spam`.
    private static func isOfAmavis(_ reply: ArraySlice<UInt8>) -> Bool {
        guard let rest = reply.after("reject, id=") else { return false }
        let id = rest.prefix { LogText.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        return !id.isEmpty && rest.dropFirst(id.count).elementsEqual(" - spam".utf8)
    }

    private static func folded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.map { 0x41...0x5a ~= $0 ? $0 | 0x20 : $0 }
    }
}
