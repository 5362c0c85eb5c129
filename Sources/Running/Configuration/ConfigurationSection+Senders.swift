import Policy

extension ConfigurationSection {
    static let senders = ConfigurationSection(
        title: "Senders",
        introduction:
            "Senders that write to the same domains as spammers are greylisted, never rejected. Nothing is learned until a "
            + "trap, argot senders label or an imported judgement has named spammers.",
        keys: [
            ConfigurationKey(
                "senders", .boolean, \.senders, "Whether senders are scored by whom they write to."),
            ConfigurationKey(
                "senders_threshold", .fraction, \.policy.senderThreshold,
                "Minimum probability at which a sender's score counts against it."),
            ConfigurationKey(
                "senders_confidence", .fraction, \.policy.senderConfidence,
                "How much evidence a sender's targets must give: about 0.33 is one domain, 0.5 two, 0.6 three."),
            ConfigurationKey(
                "senders_window", .duration(1...60 * 86_400), \.senderWindow,
                "The age of the oldest messages by which a sender is judged."),
            ConfigurationKey(
                "senders_adaptive_window", .boolean, \.senderAdaptiveWindow,
                "Whether the window grows when the share of flagged mail drops, and shrinks when it is steady: between "
                    + "a quarter of senders_window and four times it."),
            ConfigurationKey(
                "senders_interval", .duration(1...86_400), \.senderInterval,
                "How often the spam senders are clustered again."),
            ConfigurationKey(
                "senders_trusted_domains", .domains, \.senderTrustedDomains,
                "The recipient domains from which clusters are learned; all when empty; everybody is scored."),
            ConfigurationKey(
                "senders_learn_from_dialects", .boolean, \.sendersLearnFromDialects,
                "Whether a bot's dialect labels a sender as a spammer for learning; a verdict that used the score never "
                    + "does."),
            ConfigurationKey(
                "senders_snapshot", .pathOrRedis, \.senderSnapshot,
                "What a group of sites has found out about senders together (argot senders serve): a file (argot senders "
                    + "fetch), or the Redis where it is published, as in shared_store; a newer one takes its place as soon as "
                    + "it is there; none when empty."),
            ConfigurationKey(
                "senders_snapshot_keys", .publicKeys, \.senderSnapshotKeys,
                "The public keys of the servers whose snapshots are believed, as argot senders key show prints them."),
            ConfigurationKey(
                "senders_snapshot_lifetime", .duration(3_600...60 * 86_400), \.senderSnapshotLifetime,
                "How old a snapshot may be; an older one is not used."),
            ConfigurationKey(
                "senders_submit", .pathOrRedis, \.senderSubmit,
                "Where argot senders submit puts what was counted, for a group of sites: a directory, or a Redis as in "
                    + "shared_store; nowhere when empty."),
            ConfigurationKey(
                "senders_redis_user", .word(), \.senderRedisUser,
                "The user to log in as where senders_snapshot or senders_submit is a Redis; its default user when empty."
            ),
            ConfigurationKey(
                "senders_redis_password_file", .path(allowsEmpty: true), \.senderRedisPasswordFile,
                "The file whose first line is that user's password, readable for argotd alone; no password when empty."),
            ConfigurationKey(
                "senders_period", .duration(4...30 * 86_400), \.senderPeriod, reload: false,
                "The length of the periods in which the past is learned."),
            ConfigurationKey(
                "senders_retention", .duration(60...60 * 86_400), \.senderRetention, reload: false,
                "How far back messages are counted and stored."),
            ConfigurationKey(
                "senders_cells", .number(1_000...100_000_000), \.senderCells, reload: false,
                "The maximum number of pairs of sender and domain in memory, counted separately for each quarter of an hour; "
                    + "the oldest are dropped first."),
            ConfigurationKey(
                "senders_ipv4_prefix", .number(8...32), \.senderIPv4PrefixLength, reload: false,
                "The number of leading bits of an IPv4 address that identify a sender."),
            ConfigurationKey(
                "senders_ipv6_prefix", .number(16...64), \.senderIPv6PrefixLength, reload: false,
                "The number of leading bits of an IPv6 address that identify a sender."),
        ])
}
