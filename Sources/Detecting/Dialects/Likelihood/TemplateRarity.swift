import SMTP

/// How often a client of unknown software would send a message that a template takes, by chance.
///
/// This is the open-set half of the likelihood: a client that does what everybody does gives a dialect no credit, one
/// that does what hardly anybody does gives much. The rates are rounded shares among the clients of `dialects.md`
/// section 2.4 and the lab's programs, with a floor for what was never seen.
struct TemplateRarity {
    let vantage: Vantage

    /// The probability, in 0...1, that a message of this template's kind is taken by it.
    func probability(of template: MessageTemplate) -> Double {
        switch template.content {
        case .helo(let pattern, _): spelling(of: template) * probability(of: pattern)
        case .mail(let address, let list): spelling(of: template) * probability(of: address) * parameters(list)
        case .recipient(let address, let list):
            spelling(of: template) * probability(of: address) * recipientParameters(list)
        case .message(let layout): probability(of: layout)
        case .data, .reset, .startTLS: spelling(of: template)
        case .hidden: spelling(of: template) * (template.text.count > 4 && vantage.seesCommandLines ? 0.3 : 1)
        case .unknown: 0.002
        }
    }

    /// The probability that a template of RCPT takes the RCPT of a client whose MAIL is written like `mail`. Who writes MAIL
    /// one way writes RCPT the same way.
    func probability(of template: MessageTemplate, after mail: SpellingStyle?) -> Double {
        guard vantage.seesCommandLines, let mail, case .recipient(let address, let list) = template.content else {
            return probability(of: template)
        }
        let words = SpellingStyle(template.text)
        let isAlike = words == mail
        // A blank in RCPT alone is a sign of its own.
        let isSign = words.hasBlank && !mail.hasBlank
        let spelling = isAlike || isSign ? 0.93 : 0.03
        return spelling * probability(of: address) * recipientParameters(list)
    }

    /// The probability that a server hears EHLO first, where only that is told.
    static func greeting(isExtended: Bool) -> Double { isExtended ? 0.82 : 0.18 }

    /// How the verb and what stands beside it is written.
    private func spelling(of template: MessageTemplate) -> Double {
        guard vantage.seesCommandLines, let slot = Self.slot(of: template) else { return 1 }
        let fixed = SpellingTable.fixedPart(of: template, slot: slot)
        switch fixed {
        case "EHLO": return 0.70
        case "HELO": return 0.14
        case "ehlo", "MAIL From:", "RCPT To:": return 0.06
        case "MAIL FROM: ", "mail FROM:": return 0.05
        case "helo", "mail from:", "rcpt to:", "Mail From:", "Rcpt To:": return 0.02
        case "MAIL FROM:": return 0.75
        case "RCPT TO:": return 0.75
        case "RCPT TO: ", "rcpt TO:": return 0.05
        case "DATA", "QUIT", "RSET", "NOOP", "STARTTLS": return 0.85
        case "data", "quit", "rset": return 0.12
        case "AUTH LOGIN", "AUTH PLAIN": return 0.4
        default: return 0.006
        }
    }

    private static func slot(of template: MessageTemplate) -> TemplateIndex.Slot? {
        switch template.content {
        case .helo: .helo
        case .mail: .mail
        case .recipient: .recipient
        case .data: .data
        case .reset: .reset
        case .startTLS: .startTLS
        case .hidden: template.text.prefix(4).uppercased() == "QUIT" ? .quit : .other
        case .message, .unknown: nil
        }
    }

    private func probability(of pattern: HELOPattern) -> Double {
        var probability: Double
        switch pattern.content {
        case .forms(let forms): probability = forms.reduce(0) { $0 + Self.rate(of: $1) }
        // Hosts have all kinds of names; that a stranger's is exactly this one is a rare chance.
        case .literal(let text, _):
            let shape = HELOShape(of: Array(text.utf8), client: nil, ptr: nil, server: nil)
            let isCommon = shape.form == .localhost || shape.form == .localhostLocaldomain
            probability = Self.rate(of: shape.form) * (isCommon ? 1 : 0.0005)
        case .skeleton(let text): probability = text.hasPrefix("{label}") ? 0.01 : 0.003
        }
        let rates: [(HELOShape.Traits, Double)] = [
            (.equalsPTR, 0.4), (.equalsServer, 0.005), (.otherAddress, 0.05), (.underscore, 0.02), (.uppercase, 0.04),
        ]
        for (trait, rate) in rates {
            if pattern.required.contains(trait) { probability *= rate }
            if pattern.forbidden.contains(trait) { probability *= 1 - rate }
        }
        return probability
    }

    static func rate(of form: HELOShape.Form) -> Double {
        switch form {
        case .fqdn: 0.66
        case .singleLabel: 0.12
        case .literalIPv4: 0.08
        case .localhost: 0.05
        case .localhostLocaldomain: 0.03
        case .literalIPv6: 0.02
        case .malformed: 0.02
        case .bareIPv4: 0.008
        case .empty: 0.005
        }
    }

    private func probability(of address: AddressPattern) -> Double {
        let forms = address.forms.reduce(0.0) { sum, form in
            switch form {
            case .bracketed: sum + 0.93
            case .null: sum + 0.04
            case .bare: sum + 0.03
            }
        }
        switch address.content {
        case .any: return forms
        case .literal: return forms * 0.0005
        case .sameAsSender: return forms * 0.01
        }
    }

    /// Parameters of MAIL that a client may or may not use, with the share that does where they are offered.
    private func parameters(_ list: [ParameterPattern]) -> Double {
        let rates: [(name: String, rate: Double)] = [
            ("SIZE", 0.45), ("BODY", 0.15), ("size", 0.03), ("AUTH", 0.01), ("RET", 0.02), ("ENVID", 0.02),
            ("SMTPUTF8", 0.02),
        ]
        return Self.probability(of: list, rates: rates)
    }

    private func recipientParameters(_ list: [ParameterPattern]) -> Double {
        Self.probability(of: list, rates: [("NOTIFY", 0.04), ("ORCPT", 0.06)])
    }

    private static func probability(of list: [ParameterPattern], rates: [(name: String, rate: Double)]) -> Double {
        var probability = 1.0
        for (name, rate) in rates {
            let given = list.filter { $0.name == name }
            if given.isEmpty {
                probability *= 1 - rate
            } else if given.contains(where: { !$0.isOptional }) {
                probability *= rate
            }
        }
        // What nobody else sends.
        for pattern in list where !pattern.isOptional && !rates.contains(where: { $0.name == pattern.name }) {
            probability *= 0.002
        }
        return probability
    }

    private func probability(of layout: HeaderLayout) -> Double {
        switch layout {
        case .any: 1
        // Each header of a given order narrows it down, the first ones most.
        case .prefix(let headers): headers.prefix(4).reduce(1) { probability, _ in probability * 0.3 }
        }
    }
}
