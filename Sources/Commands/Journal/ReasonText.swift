import Policy

/// The words of a verdict's reasons, in sentences.
enum ReasonText {
    /// What the word means; the word itself when it is not known.
    static func sentence(for word: String) -> String {
        if let signal = Signal(rawValue: word) { return sentence(for: signal) }
        if let exemption = Exemption(rawValue: word) { return sentence(for: exemption) }
        if let limit = Exemption.allCases.first(where: { $0.limitWord == word }) { return sentence(limiting: limit) }
        if word.hasPrefix("breaker.") {
            return "the breaker has switched off \(word.dropFirst("breaker.".count)): what it says does not count"
        }
        switch word {
        case "greylist.new": return "the attempt was the first of its kind: the client is asked to come back"
        case "greylist.early": return "the client came back before the delay was over"
        case "greylist.passed": return "the client had come back after the delay, as mail software does"
        case "greylist.allow-listed": return "the client's network has passed greylisting often enough"
        case "lie.undone": return "the administrator has undone this lie: the client is let in"
        case "message.headers": return "this verdict was reached at the end of the message, by its headers"
        case "none": return "nothing spoke against the client"
        default: return word
        }
    }

    private static func sentence(for signal: Signal) -> String {
        switch signal {
        case .dialectBot: "it spoke in a way that only spam bots speak"
        case .dialectAttack: "it spoke in a way that only programs that attack servers speak"
        case .dialectNotMTA: "it spoke like a known program that is not a mail transfer agent"
        case .heloIsOurs: "its HELO gave this server's own name or address"
        case .heloBareAddress: "its HELO gave an address without brackets"
        case .heloOtherAddress: "its HELO gave an address that is not its own"
        case .heloMalformed: "its HELO gave something that is not a host name"
        case .heloNotFQDN: "its HELO gave a name without a domain"
        case .heloPlain: "it greeted with HELO, not with EHLO"
        case .heloMissing: "it sent no HELO"
        case .nameMissing: "its address has no name"
        case .nameForged: "its name does not lead back to its address"
        case .nameGeneric: "its name is its address, as a provider writes it for all lines"
        case .recipientsUnknown: "most of the recipients it asked for do not exist"
        case .trapRecipient: "the recipient is a trap"
        case .envelopeSpam: "its HELO, names and headers are like those of spam"
        case .claimMailer: "the message names a mail program that its sender is not"
        case .claimMessageID: "the Message-ID has the form of a program that its sender is not"
        case .claimReceived: "a Received field is forged"
        case .claimBoundary: "the message's parts are separated in the manner of a program that its sender is not"
        case .claimHELO: "its HELO gave the name of a large mail service's host, and it is none"
        case .senderCluster: "it writes to the domains that spammers write to"
        case .denied: "its address, its name or the sender's domain is on the deny list (argot deny)"
        }
    }

    private static func sentence(limiting exemption: Exemption) -> String {
        switch exemption {
        case .nullSender: "the sender is null, so it was greylisted and not refused"
        case .protectedRecipient: "the recipient is in protected_recipients, so it was greylisted and not refused"
        default: "less was done than it deserved: " + sentence(for: exemption)
        }
    }

    private static func sentence(for exemption: Exemption) -> String {
        switch exemption {
        case .authenticated: "exempt: it had logged in"
        case .localSubmission: "exempt: the mail was submitted on the server itself"
        case .trustedNetwork: "exempt: its address lies in trusted_networks"
        case .allowedAddress: "exempt: its address is in allow_addresses"
        case .allowedDomain: "exempt: its verified name is in allow_domains"
        case .allowedSender:
            "the sender's domain is in allow_domains, which anybody may claim: judged at the end of the message"
        case .allowedHELO: "exempt: its HELO name is in allow_helo_names"
        case .nullSender: "exempt: the sender is null, so this is a bounce or a notification"
        case .protectedRecipient: "exempt: the recipient is in protected_recipients"
        case .goodHistory: "exempt: it has a history of clean mail"
        }
    }
}
