internal import SMTP

/// Reads what a refusal of the mail server is about from its code and its words, as Postfix and Sendmail have them from
/// their makers, and from texts that the administrator has named.
///
/// The words are those of the macro `{rcpt_addr}` of a refused recipient, or of the mail log: Postfix's `smtpd_check.c`
/// and `default_rbl_reply`, Sendmail's `proto.m4`, `dnsbl.m4` and `enhdnsbl.m4`, policy services that are in wide use.
/// Whatever the client may have put into the text is not looked at.
public struct RefusalReader: Sendable {
    private let phrases: PhraseTable

    /// A reader that also knows a site's own texts: whatever contains one, in any letter case, is that kind of refusal.
    public init(blocklistReplies: [String] = [], policyReplies: [String] = []) {
        var phrases = Self.known
        phrases.add(blocklistReplies, .ownBlocklist)
        phrases.add(policyReplies, .ownPolicy)
        self.phrases = phrases
    }

    private static let known: PhraseTable = {
        var table = PhraseTable()
        table.add(["unverified address", "address verification"], .othersWord)
        table.add(["undeliverable address"], [.othersWord, .undeliverable])
        table.add(
            [
                "blocked using", "blocked by", "listed at", "listed in", "listed by", "listed on", "blackhole site",
                "blacklist", "blocklist", "black list", "block list", "denylist", "dnsbl", "spamhaus", "spamcop",
                "barracudacentral", "sorbs.net", "uceprotect", "on our list of spammers",
            ], .blocklist)
        table.add(["recipient address ["], .recipientListed)
        table.add(["mailbox full", "mailbox is full", "quota", "insufficient disk space"], .mailboxFull)
        table.add(
            ["relay access denied", "relaying denied", "relay not permitted", "relay denied"], .relayDenied)
        table.add(
            [
                "greylist", "graylist", "try again", "try later", "temporarily", "temporary", "server configuration",
                "too many recipients", "service unavailable -", "system error", "insufficient system",
            ], .temporary)
        table.add(
            [
                "user unknown", "unknown user", "no such user", "user not found", "recipient unknown",
                "unknown recipient", "no such recipient", "mailbox not found", "mailbox unavailable",
                "no mailbox here", "does not exist", "doesn't exist", "no such person", "invalid recipient",
            ], .unknownUser)
        table.add(
            [
                "client host rejected", "helo command rejected", "ehlo command rejected", "sender address rejected",
                "data command rejected", "unverified client host", "command pipelining", "multi-recipient bounce",
                "spam", "reputation", "spoof", "forged", "openspf", "cannot find your", "reverse dns", "no ptr",
                "domain of sender address", "sender domain must", "not allowed to send", "dynamic", "dial-up",
                "dialup", "you are not me",
            ], .policy)
        table.add(["spf", "dkim", "dmarc", "rbl", "helo", "ptr", "rdns"], .policy, areWords: true)
        table.add(
            [
                "access denied", "domain not found", "does not accept mail", "need fully-qualified", "syntax",
                "try a different", "mailbox disabled", "account disabled", "account is disabled", "inactive",
            ], .recipientRule)
        return table
    }()

    /// What a refusal is about. O(length of the text).
    ///
    /// - Parameters:
    ///   - code: the enhanced code, or the reply's three digits; empty when it stands in the text.
    ///   - text: the words; codes and the address that it is about may stand before them.
    public func read(code: String, text: String) -> Refusal {
        let (found, words) = Self.withoutCodes(Array(text.utf8.prefix(1_000)))
        let code = EnhancedStatusCode(code) ?? found
        let plain = Self.withoutAddress(words).map(PhraseTable.lower)
        let topics = phrases.topics(in: plain)
        if topics.contains(.ownBlocklist) { return .blocklist }
        if topics.contains(.ownPolicy) { return .policy }
        // What another server has said about the recipient, perhaps of this one, is nothing that is said of the client.
        let isOfSender =
            plain.starts(with: "sender address".utf8) || plain.starts(with: "domain of sender".utf8)
        if topics.contains(.othersWord), !isOfSender {
            return code?.statusClass == 4 || !topics.contains(.undeliverable) ? .temporary : .unknownUser
        }
        if topics.contains(.blocklist) { return topics.contains(.recipientListed) ? .recipientRule : .blocklist }
        if topics.contains(.mailboxFull) || code?.isAbout(2, 2) == true { return .mailboxFull }
        if topics.contains(.relayDenied) { return .relayDenied }
        if topics.contains(.temporary) || code?.statusClass == 4 { return .temporary }
        let isUnknown = topics.contains(.unknownUser) || code?.isAbout(1, 1) == true || code?.isAbout(1, 6) == true
        if !isOfSender, isUnknown { return .unknownUser }
        let isAuthentication = code.map { $0.subject == 7 && 20...29 ~= $0.detail } ?? false
        if isAuthentication || code?.isAbout(1, 8) == true || code?.isAbout(1, 7) == true { return .policy }
        if topics.contains(.policy) { return .policy }
        if topics.contains(.recipientRule) { return .recipientRule }
        return .unread(MaskedText(String(decoding: words, as: UTF8.self)).text)
    }

    /// The codes that may stand before the words, and the words.
    private static func withoutCodes(_ text: [UInt8]) -> (EnhancedStatusCode?, ArraySlice<UInt8>) {
        let blank = UInt8(ascii: " ")
        var rest = text[...].drop { $0 == blank }
        var statusClass: EnhancedStatusCode?
        let digits = rest.prefix { 0x30...0x39 ~= $0 }
        if digits.count == 3, let first = digits.first, [0x34, 0x35].contains(first) {
            statusClass = EnhancedStatusCode(Int(first) - 0x30, 0, 0)
            rest = rest.dropFirst(3).drop { $0 == blank || $0 == UInt8(ascii: "-") }
        }
        if let first = rest.first, 0x30...0x39 ~= first,
            let code = EnhancedStatusCode(String(decoding: rest.prefix { $0 != blank }, as: UTF8.self))
        {
            return (code, rest.drop { $0 != blank }.drop { $0 == blank })
        }
        return (statusClass, rest)
    }

    /// The text without what it is about, `<ADDRESS>: ` or `<ADDRESS>... `: the client chose that.
    private static func withoutAddress(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.first == UInt8(ascii: "<") else { return text }
        for index in text.indices where text[index] == UInt8(ascii: ">") {
            let rest = text[(index + 1)...]
            if rest.starts(with: ": ".utf8) { return rest.dropFirst(2) }
            if rest.starts(with: "... ".utf8) { return rest.dropFirst(4) }
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
