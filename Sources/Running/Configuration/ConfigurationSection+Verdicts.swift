import Policy

extension ConfigurationSection {
    static let verdicts = ConfigurationSection(
        title: "Verdicts",
        introduction: "As shipped, Argot observes: verdicts are computed and logged, and mail is left alone.",
        keys: [
            ConfigurationKey(
                "mode", .word, \.policy.mode,
                "Whether verdicts are only computed and logged (observe), or also applied as enforce says (enforce)."),
            ConfigurationKey(
                "enforce", .words(except: Verdict.accept), \.policy.enforcedVerdicts,
                "The refusals that are applied in mode enforce; the others are only logged."),
            ConfigurationKey(
                "enforce_domains", .domains, \.policy.enforcedDomains, as: { DomainSet($0) }, default: [],
                "The recipient domains for which refusals are applied, all when empty; .example.net is example.net and "
                    + "everything below it."),
            ConfigurationKey(
                "certain_action", .word, \.policy.certainAction,
                "What to do with a client when a hostile dialect and an independent detector agree."),
            ConfigurationKey(
                "fake_reject_fraction", .fraction, \.policy.fakeRejectFraction,
                "The share of recipients for which such clients get the mail server's words for an unknown user if "
                    + "certain_action is fakereject; which ones they are stays the same, and the others are the control "
                    + "group."),
            ConfigurationKey(
                "fake_reject_recipients", .recipients(words: RecipientSelection.words),
                \.policy.lieLimits.recipients, as: { RecipientSelection($0) }, default: [RecipientSelection.allWord],
                "The recipients for which there may be fake rejections: all, traps (trap_addresses and trap_domains, which "
                    + "harms nobody), mail addresses, domains; .example.net is example.net and everything below it."),
            ConfigurationKey(
                "no_fake_reject_recipients", .recipients(words: []), \.policy.lieLimits.exceptions,
                as: { RecipientSelection($0) }, default: [],
                "The recipients for which there never are: mail addresses and domains."),
            ConfigurationKey(
                "no_fake_reject_file", .path(allowsEmpty: true), \.optOutFile,
                "A file with more of them, one a line, read at start and reload; # begins a comment."),
            ConfigurationKey(
                "fake_reject_share", .fraction, \.policy.lieLimits.share,
                "The largest share of its recipients that a network may be told not to exist, genuine refusals included; 0 "
                    + "is the share that this site's other clients meet with, as argotd learns it, and 1 is no limit."),
            ConfigurationKey(
                "fake_reject_hourly_limit", .number(1...LieConfiguration.largestLimit),
                \.policy.lieLimits.hourlyLimit,
                "The number of new fake rejections an hour, by this server; one that was given before is given again and "
                    + "does not count."),
            ConfigurationKey(
                "fake_reject_domain_limit", .number(1...LieConfiguration.largestLimit),
                \.policy.lieLimits.domainLimit, "The number of them for recipients in one domain."),
            ConfigurationKey(
                "fake_reject_recipient_limit", .number(1...LieConfiguration.largestLimit),
                \.policy.lieLimits.recipientLimit, "The number of them for one recipient."),
            ConfigurationKey(
                "unknown_user_table", .word, \.policy.unknownUserTable,
                "The table that Postfix names when a user is unknown, so that a fake answer cannot be told from a genuine "
                    + "one: local, virtual-mailbox, virtual-alias or relay, or unnamed with "
                    + "show_user_unknown_table_name = no."),
            ConfigurationKey(
                "unknown_recipient_threshold", .number(1...1_000), \.policy.unknownRecipientThreshold,
                "The number of nonexistent recipients in a session at which they count against the client."),
            ConfigurationKey(
                "name_lookups", .word, \.policy.nameLookups,
                "Whether the mail server looks up the names of client addresses, so that a missing name counts; auto "
                    + "assumes so once a client with a name has been seen."),
            ConfigurationKey(
                "dialect_matching", .word, \.dialectMatching,
                "How dialects are matched: by likelihood, or by hard sets as originally published (paper)."),
            ConfigurationKey(
                "envelope_threshold", .fraction, \.policy.envelopeThreshold,
                "Minimum probability at which HELO, names and headers count against a client; requires envelope_model."
            ),
            ConfigurationKey(
                "judge_headers", .boolean, \.policy.judgesHeaders,
                "Whether a message is greylisted at its end when its headers, and nothing before them, count against the "
                    + "client."
            ),
            ConfigurationKey(
                "live_probe", .boolean, \.policy.asksLive,
                "Whether a client whose dialect may be a bot's or honest software's is asked, once per session, by a "
                    + "temporary refusal, if its next step can change the verdict; clients that come back are let "
                    + "in, and clients whose network has delivered before are not asked."),
        ])

    static let exemptions = ConfigurationSection(
        title: "Exemptions",
        introduction: "Who is left alone, and to what extent. A list replaces the default, it does not add to it.",
        keys: [
            ConfigurationKey(
                "trusted_networks", .networks, \.policy.trustedNetworks,
                "Your own networks, like mynetworks in Postfix: clients in them are never judged."),
            ConfigurationKey(
                "allow_addresses", .networks, \.policy.allowedAddresses,
                "Addresses and networks of other people's servers that are never refused."),
            ConfigurationKey(
                "allow_domains", .domains, \.policy.allowedDomains, as: { DomainSet($0) }, default: [],
                "Domains that are never refused, by the client's verified name; a sender's address alone, which anybody "
                    + "may claim, only postpones the verdict to the end of the message; .example.net is example.net "
                    + "and everything below it."),
            ConfigurationKey(
                "allow_helo_names", .heloNames, \.policy.allowedHELONames, as: { DomainSet($0) }, default: [],
                "HELO names that are not refused unless a hostile dialect or a trap counts against the client, because "
                    + "anybody may claim a name; .example.net is example.net and everything below it."),
            ConfigurationKey(
                "retry_exemptions", .path(allowsEmpty: true), \.retryListFile,
                "The file with honest senders whose mail would be lost by a temporary refusal, by verified name or network; "
                    + "when empty, the list shipped with Argot."),
            ConfigurationKey(
                "protected_recipients", .localParts, \.policy.protectedRecipients,
                "Local parts for which nobody is refused, in all domains; a hostile dialect or a trap leads to "
                    + "greylisting at most."),
        ])

    static let traps = ConfigurationSection(
        title: "Traps", introduction: "Addresses that no honest sender knows: whoever writes to them is suspicious.",
        keys: [
            ConfigurationKey(
                "trap_addresses", .mailAddresses, \.policy.trapAddresses, "Mail addresses that are traps."),
            ConfigurationKey(
                "trap_domains", .domains, \.policy.trapDomains, as: { DomainSet($0) }, default: [],
                "Domains in which every address is a trap; .example.net is example.net and everything below it."),
        ])
}
