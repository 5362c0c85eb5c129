public import SMTP

/// The codes of a refusal that smtpd is about to give its client.
public struct HookReply: Sendable, Hashable {
    /// The reply code, 400...599.
    public let code: UInt16

    /// The enhanced code, where the reply has one.
    public let enhanced: EnhancedStatusCode?

    /// A reply from its parts; `nil` when the code refuses nothing.
    public init?(code: UInt16, enhanced: EnhancedStatusCode? = nil) {
        guard 400...599 ~= code else { return nil }
        self.code = code
        self.enhanced = enhanced
    }

    /// Reads `550:5.1.1` or `550:`.
    init(key: ArraySlice<UInt8>) throws(HookKeyError) {
        let parts = key.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 3, parts[1].count <= 11,
            let code = UInt16(String(decoding: parts[0], as: UTF8.self)),
            let reply = HookReply(
                code: code, enhanced: EnhancedStatusCode(String(decoding: parts[1], as: UTF8.self)))
        else { throw .malformed }
        guard parts[1].isEmpty || reply.enhanced != nil else { throw .malformed }
        self = reply
    }
}
