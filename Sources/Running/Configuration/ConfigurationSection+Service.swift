extension ConfigurationSection {
    static let connection = ConfigurationSection(
        title: "Mail server connection", introduction: "How Postfix or Sendmail reaches the filter.",
        keys: [
            ConfigurationKey(
                "socket", .socket(), \.socket, reload: false,
                "Where the filter listens: unix:/PATH, inet:PORT@HOST, inet6:PORT@HOST, or fd:NUMBER for a socket "
                    + "passed by systemd."),
            ConfigurationKey(
                "socket_mode", .permissions, \.socketMode, reload: false,
                "The permissions of a unix socket; the mail server must be able to write to it."),
            ConfigurationKey(
                "socket_group", .group, \.socketGroup, reload: false,
                "The group that owns a unix socket; the daemon's own when empty."),
            ConfigurationKey(
                "milter_engine", .word, \.milterEngine, reload: false,
                "What speaks with the mail server: Sendmail's libmilter, or Argot's own engine, which gives the same answers "
                    + "for less."),
            ConfigurationKey(
                "policy_socket", .socket(allowsEmpty: true), \.policySocket, reload: false,
                "Where Postfix asks the policy service (check_policy_service), which makes no decisions but learns from "
                    + "Postfix whether a client said HELO or EHLO; none when empty."),
            ConfigurationKey(
                "wire_socket", .socket(allowsEmpty: true), \.wireSocket, reload: false,
                "Where Postfix tells the command lines of its clients (argot doctor --wire), a unix socket of mode 0660 "
                    + "for the group of socket_group; none when empty."),
            ConfigurationKey(
                "tap_socket", .socket(allowsEmpty: true), \.tapSocket, reload: false,
                "Where argot-tap tells how clients speak on the wire, a unix socket for its user, argotd's own and root "
                    + "(argot-tap expects unix:/run/argot/control/tap.sock); none when empty."),
            ConfigurationKey(
                "tap_patience", .number(0...100), \.tapPatience, reload: false,
                "The maximum number of milliseconds that a command waits for what argot-tap tells of it, and a session "
                    + "four times as many."),
            ConfigurationKey(
                "maximum_sessions", .number(1...100_000), \.maximumSessions, reload: false,
                "The maximum number of sessions judged at the same time; mail in further sessions passes."),
            ConfigurationKey(
                "drain_timeout", .duration(0...600), \.drainTimeout,
                "How long to wait for open sessions to end when the daemon is stopped."),
        ])

    static let control = ConfigurationSection(
        title: "Control", introduction: "How the administrator and monitoring systems reach the daemon.",
        keys: [
            ConfigurationKey(
                "control_socket", .socket(allowsEmpty: true), \.controlSocket, reload: false,
                "Where argot reaches the daemon (status, reload, mode, allow, deny): a unix socket; none when empty."),
            ConfigurationKey(
                "control_group", .group, \.controlGroup, reload: false,
                "The group whose members may use the control socket; the daemon's own when empty."),
            ConfigurationKey(
                "metrics_socket", .socket(allowsEmpty: true), \.metricsSocket, reload: false,
                "Where metrics can also be read over the network, such as inet:9465@127.0.0.1; nowhere when empty."),
        ])

    static let data = ConfigurationSection(
        title: "Data",
        introduction:
            "What Argot keeps, and for how long. Addresses are kept as keyed hashes, unless journal_addresses or "
            + "transcript_file says otherwise.",
        keys: [
            ConfigurationKey(
                "data_directory", .path(), \.dataDirectory, reload: false, "The directory of the database and the key."),
            ConfigurationKey(
                "model_file", .path(allowsEmpty: true), \.modelFile,
                "The file with the dialects; when empty, those shipped with Argot."),
            ConfigurationKey(
                "envelope_model", .path(allowsEmpty: true), \.envelopeModelFile,
                "The file that describes HELO, names and headers of spam; when empty, models/envelopes.model in data_directory, "
                    + "which argot teach makes, if it is there and learning = yes."),
            ConfigurationKey(
                "site_dialects", .path(allowsEmpty: true), \.siteDialectsFile,
                "The file with what this site has learned of dialects, as argot teach writes it, whose hostile ones are "
                    + "greylisted, and which argot teach leaves alone; when empty, models/site.dialects in data_directory, "
                    + "which argot teach makes, if it is there and learning = yes."),
            ConfigurationKey(
                "journal_retention", .days(1...3_650), \.journalDays, "How long verdicts are kept, in whole days."),
            ConfigurationKey(
                "journal_addresses", .word, \.journalAddresses,
                "How the journal keeps the addresses of clients, senders and recipients: as keyed hashes, which can be "
                    + "searched for but not read, or also in clear."),
            ConfigurationKey(
                "journal_addresses_retention", .days(1...3_650), \.journalAddressDays,
                "How long the journal keeps addresses in clear, in whole days; with journal_addresses = hashed they "
                    + "are removed within the hour."),
            ConfigurationKey(
                "ledger_retention", .days(1...3_650), \.ledgerDays,
                "How long the list of fakereject answers is kept, in whole days; afterwards they cannot be undone."),
            ConfigurationKey(
                "journal_limit", .size(16 << 20...1 << 40), \.journalLimit,
                "The maximum size of the database; beyond that, the oldest verdicts are removed as new ones come."),
            ConfigurationKey(
                "queue_capacity", .number(16...1_000_000), \.queueCapacity, reload: false,
                "How many items may wait to be stored and logged; a verdict, the changes of memory that it causes, and a "
                    + "transcript are one item each; further ones are dropped and counted; answers to mail servers never "
                    + "wait for any of them."),
        ])

    static let logs = ConfigurationSection(
        title: "Logs", introduction: "One line for each verdict, with its reason.",
        keys: [
            ConfigurationKey("log_format", .word, \.logFormat, "How log lines are written."),
            ConfigurationKey(
                "log_destination", .word, \.logDestination,
                "Where log lines go: to standard error, which systemd sends to its journal, or nowhere."),
            ConfigurationKey(
                "log_verdicts", .word, \.logVerdicts,
                "The verdicts that get a log line; refusals that are not applied count as refusals."),
            ConfigurationKey(
                "transcript_file", .path(allowsEmpty: true), \.transcriptFile,
                "The file to which finished sessions are written, for learning and for tests; none when empty."),
            ConfigurationKey(
                "transcript_maximum_size", .size(64 << 10...64 << 30), \.transcriptMaximumSize,
                "The size at which the transcript file is rotated."),
        ])
}
