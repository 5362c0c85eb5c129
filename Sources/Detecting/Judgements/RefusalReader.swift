internal import SMTP

/// Reads what a refusal of the mail server is about from its code and its words, as Postfix and Sendmail have them from
/// their makers, and from texts that the administrator has named.
///
/// The words are those of the macro `{rcpt_addr}` of a refused recipient, or of the mail log: Postfix's `smtpd_check.c`
/// and `default_rbl_reply`, Sendmail's `proto.m4`, `dnsbl.m4` and `enhdnsbl.m4`, policy services that are in wide use.
/// Whatever the client may have put into the text is not looked at.
public struct RefusalReader: Sendable {
    /// Texts of refusals for a blocklist, in lower case.
    private let blocklistReplies: [String]

    /// Texts of refusals for a rule of the site's own.
    private let policyReplies: [String]

    /// A reader that also knows a site's own texts: whatever contains one, in any letter case, is that kind of refusal.
    public init(blocklistReplies: [String] = [], policyReplies: [String] = []) {
        self.blocklistReplies = blocklistReplies.map { $0.lowercased() }
        self.policyReplies = policyReplies.map { $0.lowercased() }
    }

    private static let recipientIsAnothers = ["undeliverable address", "unverified address", "address verification"]
    private static let blocklists = [
        "blocked using", "blocked by", "listed at", "listed in", "listed by", "listed on", "blackhole site",
        "blacklist",
        "blocklist", "black list", "block list", "denylist", "dnsbl", "spamhaus", "spamcop", "barracudacentral",
        "sorbs.net", "uceprotect", "on our list of spammers",
    ]
    private static let unknownUsers = [
        "user unknown", "unknown user", "no such user", "user not found", "recipient unknown", "unknown recipient",
        "no such recipient", "mailbox not found", "mailbox unavailable", "no mailbox here", "does not exist",
        "doesn't exist", "no such person", "invalid recipient", "undeliverable address",
    ]
    private static let fullMailboxes = ["mailbox full", "mailbox is full", "quota", "insufficient disk space"]
    private static let deniedRelays = ["relay access denied", "relaying denied", "relay not permitted", "relay denied"]
    private static let temporary = [
        "greylist", "graylist", "try again", "try later", "temporarily", "temporary", "server configuration",
        "too many recipients", "service unavailable -", "system error", "insufficient system",
    ]
    private static let policies = [
        "client host rejected", "helo command rejected", "ehlo command rejected", "sender address rejected",
        "data command rejected", "unverified client host", "command pipelining", "multi-recipient bounce", "spam",
        "reputation", "spoof", "forged", "openspf", "cannot find your", "reverse dns", "no ptr",
        "domain of sender address",
        "sender domain must", "not allowed to send", "dynamic", "dial-up", "dialup", "bogus helo", "you are not me",
    ]
    private static let policyWords: Set<Substring> = ["spf", "dkim", "dmarc", "rbl", "helo", "ptr", "rdns"]
    private static let recipientRules = [
        "access denied", "domain not found", "does not accept mail", "need fully-qualified", "syntax",
        "try a different",
        "mailbox disabled", "account disabled", "account is disabled", "inactive",
    ]

    /// What a refusal is about. O(length of the text).
    ///
    /// - Parameters:
    ///   - code: the enhanced code, or the reply's three digits; empty when it stands in the text.
    ///   - text: the words; codes and the address that it is about may stand before them.
    public func read(code: String, text: String) -> Refusal {
        let (found, words) = Self.withoutCodes(text)
        let code = EnhancedStatusCode(code) ?? found
        let plain = Self.withoutAddress(words).lowercased()
        func has(_ patterns: [String]) -> Bool { patterns.contains { plain.contains($0) } }
        if has(blocklistReplies) { return .blocklist }
        if has(policyReplies) { return .policy }
        // What another server has said about the recipient, perhaps of this one, is nothing that is said of the client.
        let isOfSender = plain.hasPrefix("sender address") || plain.hasPrefix("domain of sender")
        if has(Self.recipientIsAnothers), !isOfSender {
            return code?.statusClass == 4 || !plain.contains("undeliverable") ? .temporary : .unknownUser
        }
        if has(Self.blocklists) { return plain.contains("recipient address [") ? .recipientRule : .blocklist }
        if has(Self.fullMailboxes) || code?.isAbout(2, 2) == true { return .mailboxFull }
        if has(Self.deniedRelays) { return .relayDenied }
        if has(Self.temporary) || code?.statusClass == 4 { return .temporary }
        if !isOfSender, has(Self.unknownUsers) || code?.isAbout(1, 1) == true || code?.isAbout(1, 6) == true {
            return .unknownUser
        }
        let isAuthentication = code.map { $0.subject == 7 && 20...29 ~= $0.detail } ?? false
        if isAuthentication || code?.isAbout(1, 8) == true || code?.isAbout(1, 7) == true { return .policy }
        if has(Self.policies) { return .policy }
        if !Self.policyWords.isDisjoint(with: plain.split { !$0.isLetter && !$0.isNumber }) { return .policy }
        if has(Self.recipientRules) { return .recipientRule }
        return .unread(MaskedText(words).text)
    }

    /// The codes that may stand before the words, and the words.
    private static func withoutCodes(_ text: String) -> (EnhancedStatusCode?, Substring) {
        var rest = text[...].drop { $0 == " " }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        var statusClass: EnhancedStatusCode?
        if digits.utf8.count == 3, let first = digits.first?.wholeNumberValue, [4, 5].contains(first) {
            statusClass = EnhancedStatusCode(first, 0, 0)
            rest = rest.dropFirst(3).drop { $0 == " " || $0 == "-" }
        }
        if let code = EnhancedStatusCode(rest.prefix { $0 != " " }) {
            rest = rest.drop { $0 != " " }.drop { $0 == " " }
            return (code, rest)
        }
        return (statusClass, rest)
    }

    /// The text without what it is about, `<ADDRESS>: ` or `<ADDRESS>... `: the client chose that.
    private static func withoutAddress(_ text: Substring) -> Substring {
        guard text.first == "<" else { return text }
        for end in [">: ", ">... "] {
            if let range = text.firstRange(of: end) { return text[range.upperBound...] }
        }
        return text
    }
}

extension EnhancedStatusCode {
    /// Whether subject and detail are these, whatever the class.
    fileprivate func isAbout(_ subject: UInt16, _ detail: UInt16) -> Bool {
        self.subject == subject && self.detail == detail
    }
}
