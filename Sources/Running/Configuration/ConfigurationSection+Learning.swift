import Judgements
import Keeping

extension ConfigurationSection {
    static let learning = ConfigurationSection(
        title: "Learning",
        introduction:
            "What is kept to learn from, and whom Argot listens to: never to its own verdicts, scores or greylist.",
        keys: [
            ConfigurationKey(
                "learning", .boolean, \.learning,
                "Whether features of messages and refused sessions are kept to learn from, with what others say of them."
            ),
            ConfigurationKey(
                "learning_retention", .days(4...3_650), \.learningDays, "How long they are kept, in whole days."),
            ConfigurationKey(
                "learning_sightings", .number(1_000...10_000_000), \.learningSightings,
                "The maximum number of messages and refused sessions that are kept; the oldest go first, and judged ones and "
                    + "those of clients that come often last."),
            ConfigurationKey(
                "campaigns", .word, \.campaigns,
                "Which messages are read and grouped into campaigns, for argot lies: none (no), those to traps and to "
                    + "recipients that a client was lied to about or would have been (traps), or also those that are judged "
                    + "as spam (spam); beyond no, the mail server shows the beginning of every body."),
            ConfigurationKey(
                "judgement_sources", .words(in: JudgementSource.allCases), \.judgementSources,
                "Whom to listen to; filter-header also needs filter_headers."),
            ConfigurationKey(
                "blocklist_replies", .texts, \.blocklistReplies,
                "Texts, separated by semicolons, that occur in the mail server's refusals of clients on a blocklist, beyond "
                    + "those that Argot knows (argot judgements lists what it does not understand)."),
            ConfigurationKey(
                "policy_replies", .texts, \.policyReplies,
                "Texts, separated by semicolons, that occur in refusals of clients for a rule of this site."),
            ConfigurationKey(
                "filter_headers", .filterHeaders, \.filterHeaders,
                "Header fields that a filter before Argot adds, after it has removed the client's own: rspamd, spamassassin, "
                    + "amavis, or NAME: VALUE = spam or honest, separated by semicolons, with * for anything; a client can "
                    + "write any field that the filter leaves alone."),
            ConfigurationKey(
                "filter_headers_occurrence", .word, \.filterHeadersOccurrence,
                "Which field counts if there are several of one name: none of them (only), the first or the last."),
            ConfigurationKey(
                "authserv_id", .authservID, \.authservID,
                "The name under which a filter before Argot adds Authentication-Results, after it has removed the client's own: "
                    + "spf=pass then ties a client to the organisation of the sender; when empty, the field is not read."
            ),
            ConfigurationKey(
                "listen_only_ports", .ports, \.listenOnlyPorts, reload: false,
                "Ports of the mail server on which users submit mail, such as 587 465: nothing is judged or refused there, and "
                    + "addresses that authenticated users write to become correspondents."),
            ConfigurationKey(
                "judgement_socket", .socket(allowsEmpty: true), \.judgementSocket, reload: false,
                "Where judgements are handed in after the message (argot judge, log followers), and nothing else can be done: "
                    + "a unix socket; none when empty."),
            ConfigurationKey(
                "judgement_group", .group, \.judgementGroup, reload: false,
                "The group whose members may use the judgement socket; the daemon's own when empty."),
        ])
}
