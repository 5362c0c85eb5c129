import Policy

extension ConfigurationSection {
    static let verdicts = ConfigurationSection(
        title: "Verdicts",
        introduction: "As shipped, Argot observes: verdicts are computed and logged, and no mail is touched.",
        keys: [
            ConfigurationKey(
                "mode", .word, \.policy.mode,
                "Whether verdicts are only computed and logged (observe), or applied as far as enforce says (enforce)."),
            ConfigurationKey(
                "enforce", .words(except: Verdict.accept), \.policy.enforcedVerdicts,
                "The refusals that are applied in mode enforce; the others are only logged."),
            ConfigurationKey(
                "enforce_domains", .domains, \.policy.enforcedDomains, as: { DomainSet($0) }, default: [],
                "The recipient domains in which refusals are applied, all when empty; .example.net is example.net and "
                    + "everything below it."),
            ConfigurationKey(
                "certain_action", .word, \.policy.certainAction,
                "What to do with a client when a hostile dialect and an independent detector agree."),
            ConfigurationKey(
                "fake_reject_fraction", .fraction, \.policy.fakeRejectFraction,
                "The share of such clients and recipients that get the mail server's words for an unknown user while "
                    + "certain_action is fakereject; the choice is the same at every attempt."),
            ConfigurationKey(
                "unknown_user_table", .word, \.policy.unknownUserTable,
                "The table that Postfix names when a user is unknown, so that the answer cannot be told from a true "
                    + "one: local, virtual-mailbox, virtual-alias or relay, or unnamed with "
                    + "show_user_unknown_table_name = no."),
            ConfigurationKey(
                "unknown_recipient_threshold", .number(1...1_000), \.policy.unknownRecipientThreshold,
                "How many recipients that do not exist a session may ask for before that counts against the client."),
            ConfigurationKey(
                "name_lookups", .word, \.policy.nameLookups,
                "Whether the mail server looks up the names of clients' addresses, so that having none counts; auto "
                    + "believes it once a client with a name has come."),
            ConfigurationKey(
                "dialect_matching", .word, \.dialectMatching,
                "How dialects are told: by likelihood, or by hard sets as first published (paper)."),
            ConfigurationKey(
                "envelope_threshold", .fraction, \.policy.envelopeThreshold,
                "Minimum probability at which HELO, names and headers count against a client; envelope_model is needed."
            ),
            ConfigurationKey(
                "judge_headers", .boolean, \.policy.judgesHeaders,
                "Whether a message is greylisted at its end when its headers, and not before, count against its client."
            ),
            ConfigurationKey(
                "live_probe", .boolean, \.policy.asksLive,
                "Whether a client whose dialect may be a bot's and may be honest software's is asked, once a session, by "
                    + "a temporary refusal, where what it does next can change the verdict; whoever comes back is let "
                    + "in, and clients whose network has delivered before are not asked."),
        ])

    static let exemptions = ConfigurationSection(
        title: "Exemptions",
        introduction: "Who is left alone, and how far. A list replaces the default, it does not add to it.",
        keys: [
            ConfigurationKey(
                "trusted_networks", .networks, \.policy.trustedNetworks,
                "Own networks: clients in them are never judged, like mynetworks in Postfix."),
            ConfigurationKey(
                "allow_addresses", .networks, \.policy.allowedAddresses,
                "Addresses and networks of other people's servers that are never refused."),
            ConfigurationKey(
                "allow_domains", .domains, \.policy.allowedDomains, as: { DomainSet($0) }, default: [],
                "Domains that are never refused, by the client's verified name; a sender's address alone, which anybody "
                    + "may claim, only puts the verdict off to the end of the message; .example.net is example.net and "
                    + "everything below it."),
            ConfigurationKey(
                "allow_helo_names", .heloNames, \.policy.allowedHELONames, as: { DomainSet($0) }, default: [],
                "HELO names that are not refused unless a hostile dialect or a trap counts against the client, as anybody "
                    + "may claim a name; .example.net is example.net and everything below it."),
            ConfigurationKey(
                "retry_exemptions", .path(allowsEmpty: true), \.retryListFile,
                "The file with honest senders that a temporary refusal would lose mail of, by verified name or network; "
                    + "the list that Argot ships when empty."),
            ConfigurationKey(
                "protected_recipients", .localParts, \.policy.protectedRecipients,
                "Local parts for which nobody is refused, in all domains; a hostile dialect or a trap leads to "
                    + "greylisting at most."),
        ])

    static let traps = ConfigurationSection(
        title: "Traps", introduction: "Addresses that nobody honest knows: whoever writes to them is suspicious.",
        keys: [
            ConfigurationKey(
                "trap_addresses", .mailAddresses, \.policy.trapAddresses, "Mail addresses that are traps."),
            ConfigurationKey(
                "trap_domains", .domains, \.policy.trapDomains, as: { DomainSet($0) }, default: [],
                "Domains in which every address is a trap; .example.net is example.net and everything below it."),
        ])
}
