/// Header fields that a site's own programs put into messages after they came, wherever in the header they stand: filters,
/// delivery agents, IMAP servers and mail programs. What a filter thinks must not be learned as if the sender had said it.
enum SiteFields {
    private static let names: Set<String> = [
        "authentication-results", "content-length", "delivered-to", "delivery-date", "dkim-filter", "envelope-to",
        "lines",
        "old-return-path", "received-spf", "return-path", "status", "x-delivered-to", "x-keywords", "x-label",
        "x-original-to", "x-quarantine-id", "x-scanned-by", "x-status", "x-uid", "x-uidl",
    ]

    private static let beginnings = [
        "x-amavis", "x-argot", "x-bogosity", "x-clamav", "x-dspam", "x-evolution", "x-gmail-", "x-greylist", "x-ham",
        "x-imap", "x-mozilla-", "x-rspamd", "x-spam", "x-virus",
    ]

    /// Whether a field is of that kind.
    static func contains(_ name: String) -> Bool {
        let name = name.lowercased()
        return names.contains(name) || beginnings.contains { name.hasPrefix($0) }
    }
}
