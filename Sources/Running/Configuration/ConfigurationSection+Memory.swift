import Memory
import Policy

extension ConfigurationSection {
    static let greylisting = ConfigurationSection(
        title: "Greylisting",
        introduction: "Suspicious clients are asked to come back later; nobody else is delayed.",
        keys: [
            ConfigurationKey(
                "greylist_delay", .duration(1...86_400), \.policy.greylist.delay,
                "How long a client has to wait before its retry passes; first retries come after 200 to 300 seconds, "
                    + "so more than 180s costs a whole retry interval."),
            ConfigurationKey(
                "greylist_retry_window", .duration(60...30 * 86_400), \.policy.greylist.retryWindow,
                "How long a first attempt is remembered if there is no retry."),
            ConfigurationKey(
                "greylist_expiry", .duration(3_600...730 * 86_400), \.policy.greylist.passLifetime,
                "How long an attempt that passed is remembered after its last use."),
            ConfigurationKey(
                "greylist_auto_allow", .number(0...1_000), \.policy.greylist.automaticAllowCount,
                "How many attempts from a network must pass before the whole network passes at once; 0 means never."),
            ConfigurationKey(
                "greylist_ipv4_prefix", .number(8...32), \.policy.greylist.ipv4PrefixLength,
                "The number of leading bits of an IPv4 address that identify a client's network."),
            ConfigurationKey(
                "greylist_ipv6_prefix", .number(16...128), \.policy.greylist.ipv6PrefixLength,
                "The number of leading bits of an IPv6 address that identify a client's network."),
            ConfigurationKey(
                "greylist_capacity", .number(1_000...10_000_000), \.policy.greylist.capacity,
                "The maximum number of attempts remembered, of up to 500 bytes each; no network may take more than its share, "
                    + "and half of the room is reserved for attempts that passed."),
        ])

    static let history = ConfigurationSection(
        title: "History", introduction: "Clients that used to send clean mail are left alone.",
        keys: [
            ConfigurationKey(
                "history_messages", .number(0...10_000), \.policy.history.minimumMessages,
                "How many clean messages make a good history; with 0, nobody has one."),
            ConfigurationKey(
                "history_age", .duration(0...365 * 86_400), \.policy.history.minimumAge,
                "How long ago the first of these messages must have been."),
            ConfigurationKey(
                "history_lifetime", .duration(86_400...730 * 86_400), \.policy.history.lifetime,
                "How long a client is remembered after its last message."),
            ConfigurationKey(
                "history_capacity", .number(1_000...10_000_000), \.policy.history.capacity,
                "The maximum number of clients, and also of their networks, remembered, of up to 250 bytes each; no network "
                    + "may take more than its share, and seven eighths of the room is reserved for good histories."
            ),
        ])

    static let breaker = ConfigurationSection(
        title: "Breaker",
        introduction:
            "When too many clients with a good history are refused, Argot leaves out the dialect or detector responsible, "
            + "and logs this; if that does not help, it returns to observing. Organisations and networks are counted, "
            + "not sessions.",
        keys: [
            ConfigurationKey("breaker", .boolean, \.policy.breaker.isEnabled, "Whether the breaker is armed."),
            ConfigurationKey(
                "breaker_budget", .fraction, \.policy.breaker.budget,
                "The share of the organisations and networks with a good history, seen in the window, that may be "
                    + "refused."),
            ConfigurationKey(
                "breaker_minimum", .number(1...10_000), \.policy.breaker.minimumCount,
                "The minimum number of different organisations or networks."),
            ConfigurationKey(
                "breaker_window", .duration(60...7 * 86_400), \.policy.breaker.window,
                "The period over which they are counted."),
            ConfigurationKey(
                "breaker_cooldown", .duration(60...30 * 86_400), \.policy.breaker.cooldown,
                "How long the breaker stays tripped; a reload closes it early."),
        ])
}
