public import SMTP

/// A claim that what is known of the client disproves.
public struct Contradiction: Sendable, Hashable {
    /// The claim.
    public let claim: Claim

    /// The dialect that speaks; `nil` when the claim disproves itself.
    public let dialect: String?

    /// The word for logs and reports: `claim.mailer`, `claim.message-id`, `claim.received`, `claim.boundary`,
    /// `claim.helo`.
    public var reason: String { "claim." + claim.field.rawValue }

    /// What of a message's claims the client's behaviour disproves.
    ///
    /// The rules (after B@bel, section on claimed clients), by the class of the one dialect that speaks:
    /// - a mail transfer agent contradicts nothing: it passes on what others wrote;
    /// - a bot's or attacker's engine contradicts every claim to be known software;
    /// - a mail program contradicts every claim to be another one, and a Message-ID or boundary of another one. One
    ///   that resends a message unchanged, or that is not in the list of known software, contradicts nothing;
    /// - a library or tool is used by programs of any name, by web mail and by mailing list software, and hands on what
    ///   others wrote. It contradicts only, in a message that was not on its way before, the claim to be a mail program
    ///   that always speaks for itself, such as Outlook or Thunderbird;
    /// - no dialect, or several: nothing.
    ///
    /// Whatever speaks, unless it is a mail transfer agent: a forged mark (`Claim.isForged`) disproves itself.
    ///
    /// - Parameters:
    ///   - observer: the message's claims.
    ///   - dialect: the name of the only dialect possible, `nil` when there is none or more than one.
    ///   - dialectClass: the class of all dialects possible, `nil` when they differ or there is none.
    public static func all(
        in observer: ClaimObserver, dialect: String?, dialectClass: DialectClass?
    ) -> [Contradiction] {
        observer.claims.compactMap { claim in
            let isDisproved: Bool
            switch dialectClass {
            case .mta: return nil
            case .bot, .attack: isDisproved = claim.field != .helo || claim.isForged
            case .mua: isDisproved = isDisprovedByProgram(claim, observer, dialect)
            case .library, .tool: isDisproved = isDisprovedByLibrary(claim, observer)
            case nil: isDisproved = false
            }
            if isDisproved, !claim.isForged {
                return Contradiction(claim: claim, dialect: dialect ?? dialectClass?.rawValue)
            }
            return claim.isForged ? Contradiction(claim: claim, dialect: nil) : nil
        }
    }

    private static func isDisprovedByProgram(_ claim: Claim, _ observer: ClaimObserver, _ dialect: String?) -> Bool {
        guard !observer.isResent, let dialect, let speaker = MailSoftware(dialect: dialect), speaker.kind == .mua else {
            return false
        }
        switch claim.field {
        case .mailer: return claim.software != speaker
        case .messageID, .boundary: return !claim.software.sharesForms(with: speaker)
        // Nothing was between a person's program and us.
        case .received: return true
        case .helo: return false
        }
    }

    private static func isDisprovedByLibrary(_ claim: Claim, _ observer: ClaimObserver) -> Bool {
        guard !observer.isResent, !observer.isRelayed else { return false }
        return claim.field == .mailer && claim.software.hasOwnEngine
    }
}
