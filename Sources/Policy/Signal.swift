/// An observation that speaks against a client. Its raw value is the word used in logs and reports.
public enum Signal: String, Sendable, Hashable, CaseIterable {
    /// The session can only be that of a spam bot's engine.
    case dialectBot = "dialect.bot"

    /// The session can only be that of a program that attacks servers.
    case dialectAttack = "dialect.attack"

    /// The session is a known program's, and that program is not a mail transfer agent.
    case dialectNotMTA = "dialect.not-mta"

    /// HELO gave the server's own name or address.
    case heloIsOurs = "helo.ours"

    /// HELO gave an address without brackets.
    case heloBareAddress = "helo.bare-address"

    /// HELO gave an address that is not the client's.
    case heloOtherAddress = "helo.other-address"

    /// HELO gave something that is no host name.
    case heloMalformed = "helo.malformed"

    /// HELO gave a name without a domain, or that of every host (RFC 5321, section 2.3.5 asks for a domain). Many a
    /// device and script does so; together with what the name service says it is a reason to greylist.
    case heloNotFQDN = "helo.not-fqdn"

    /// The client said HELO, where RFC 5321 (section 3.2) asks for EHLO. Known where the mail server tells.
    case heloPlain = "helo.plain"

    /// No HELO or EHLO came before MAIL.
    case heloMissing = "helo.missing"

    /// The client's address has no name.
    case nameMissing = "name.missing"

    /// The client's name does not lead back to its address.
    case nameForged = "name.forged"

    /// The client's name is its address, as a provider writes it for lines that have no name of their own.
    case nameGeneric = "name.generic"

    /// Most of the recipients asked for do not exist.
    case recipientsUnknown = "recipients.unknown"

    /// The recipient is a trap: nobody honest knows the address.
    case trapRecipient = "trap.recipient"

    /// HELO, names and headers look like those of spam, by a model that was learned from both.
    case envelopeSpam = "envelope.spam"

    /// The message names a mail program that its sender is not.
    case claimMailer = "claim.mailer"

    /// The Message-ID has the form of a program that its sender is not.
    case claimMessageID = "claim.message-id"

    /// A Received field was forged.
    case claimReceived = "claim.received"

    /// The parts are separated in the manner of a program that its sender is not.
    case claimBoundary = "claim.boundary"

    /// HELO gave the name of a large mail service's host, and the client is none.
    case claimHELO = "claim.helo"

    /// The client writes to the domains that spammers write to. Never more than a reason to greylist.
    case senderCluster = "senders.spam-cluster"

    /// The client or the sender is on the administrator's deny list.
    case denied = "list.denied"

    /// The detector that made the observation.
    public var detector: Detector {
        switch self {
        case .dialectBot, .dialectAttack, .dialectNotMTA: .dialect
        case .heloIsOurs, .heloBareAddress, .heloOtherAddress, .heloMalformed, .heloNotFQDN, .heloPlain, .heloMissing:
            .helo
        case .nameMissing, .nameForged, .nameGeneric: .name
        case .recipientsUnknown: .recipients
        case .trapRecipient: .trap
        case .envelopeSpam: .envelope
        case .claimMailer, .claimMessageID, .claimReceived, .claimBoundary, .claimHELO: .claim
        case .senderCluster: .senders
        case .denied: .list
        }
    }

    /// Whether the observation can confirm another one for a refusal. What some honest hosts cannot help showing does
    /// not, nor does the score of the client's targets: that learns from traps.
    public var confirms: Bool {
        switch self {
        case .senderCluster, .heloNotFQDN, .heloPlain, .nameGeneric: false
        default: true
        }
    }

    /// Whether it is a hostile engine's dialect or a trap: what no exemption that a stranger can earn outweighs.
    public var isHostile: Bool {
        switch self {
        case .dialectBot, .dialectAttack, .trapRecipient: true
        default: false
        }
    }

    /// Whether the observation alone makes a client suspicious. The others need a second detector.
    public var isStrong: Bool {
        switch self {
        case .dialectBot, .dialectAttack, .heloIsOurs, .trapRecipient, .envelopeSpam, .claimMailer, .claimMessageID,
            .claimReceived, .claimBoundary, .claimHELO, .senderCluster, .denied:
            true
        default: false
        }
    }
}
