import Configuration

/// A value other than the default for every key: as it may be written, and as it is written best.
let samples: [String: (written: String, rendered: String)] = [
    "mode": ("enforce", "enforce"),
    "enforce": ("reject, fakereject", "fakereject reject"),
    "enforce_domains": ("Example.ORG .example.net", "example.org .example.net"),
    "certain_action": ("fakereject", "fakereject"),
    "fake_reject_fraction": ("25%", "0.25"),
    "unknown_user_table": ("relay", "relay"),
    "unknown_recipient_threshold": ("7", "7"),
    "trusted_networks": ("127.0.0.1,[2001:db8::]/32", "127.0.0.1 2001:db8::/32"),
    "allow_addresses": ("192.0.2.0/24, 192.0.2.0/24", "192.0.2.0/24"),
    "allow_domains": (".example.com", ".example.com"),
    "allow_helo_names": ("[192.0.2.1] mail_1.example.com", "[192.0.2.1] mail_1.example.com"),
    "protected_recipients": ("Postmaster abuse security", "abuse postmaster security"),
    "trap_addresses": ("b=x@example.com A@Example.com", "a@example.com b=x@example.com"),
    "trap_domains": ("trap.example.com", "trap.example.com"),
    "greylist_delay": ("180", "3m"),
    "greylist_retry_window": ("36h", "36h"),
    "greylist_expiry": ("4w", "28d"),
    "greylist_auto_allow": ("0", "0"),
    "greylist_ipv4_prefix": ("32", "32"),
    "greylist_ipv6_prefix": ("48", "48"),
    "greylist_capacity": ("5000", "5000"),
    "history_messages": ("0", "0"),
    "history_age": ("0", "0s"),
    "history_lifetime": ("1d", "1d"),
    "history_capacity": ("1000000", "1000000"),
    "senders": ("no", "no"),
    "senders_threshold": ("99%", "0.99"),
    "senders_confidence": ("0.6", "0.6"),
    "senders_window": ("6h", "6h"),
    "senders_adaptive_window": ("no", "no"),
    "senders_interval": ("600", "10m"),
    "senders_trusted_domains": ("Lab.example", "lab.example"),
    "senders_learn_from_dialects": ("yes", "yes"),
    "senders_snapshot": ("/var/lib/argot/group", "/var/lib/argot/group"),
    "senders_snapshot_keys": (
        "ED25519:\(String(repeating: "0A", count: 32))", "ed25519:\(String(repeating: "0a", count: 32))"
    ),
    "senders_snapshot_lifetime": ("1d", "1d"),
    "senders_submit": ("redis:unix:/run/redis/group.sock", "redis:unix:/run/redis/group.sock"),
    "senders_redis_user": ("site1", "site1"),
    "senders_redis_password_file": ("/etc/argot/group.password", "/etc/argot/group.password"),
    "senders_period": ("12h", "12h"),
    "senders_retention": ("14d", "14d"),
    "senders_cells": ("1000000", "1000000"),
    "senders_ipv4_prefix": ("24", "24"),
    "senders_ipv6_prefix": ("48", "48"),
    "breaker": ("no", "no"),
    "breaker_budget": ("0.5%", "0.005"),
    "breaker_minimum": ("10", "10"),
    "breaker_window": ("90m", "90m"),
    "breaker_cooldown": ("60s", "60s"),
    "socket": ("inet:8899@127.0.0.1", "inet:8899@127.0.0.1"),
    "dialect_matching": ("paper", "paper"),
    "name_lookups": ("no", "no"),
    "envelope_threshold": ("0.9", "0.9"),
    "judge_headers": ("no", "no"),
    "live_probe": ("yes", "yes"),
    "envelope_model": ("/var/lib/argot/envelopes", "/var/lib/argot/envelopes"),
    "site_dialects": ("/var/lib/argot/site", "/var/lib/argot/site"),
    "control_socket": ("/run/c.sock", "/run/c.sock"),
    "journal_addresses": ("clear", "clear"),
    "journal_addresses_retention": ("3d", "3d"),
    "control_group": ("adm", "adm"),
    "metrics_socket": ("inet:9465@127.0.0.1", "inet:9465@127.0.0.1"),
    "tap_patience": ("20", "20"),
    "shared_store": ("redis:[::1]/3", "redis:[::1]:6379/3"), "shared_store_user": ("argot", "argot"),
    "shared_store_password_file": ("/etc/argot/redis.password", "/etc/argot/redis.password"),
    "shared_store_prefix": ("argot.mx", "argot.mx"), "shared_store_name": ("mx-1", "mx-1"),
    "tap_socket": ("/run/argot/tap.sock", "/run/argot/tap.sock"),
    "wire_socket": ("/run/argot/wire.sock", "/run/argot/wire.sock"),
    "policy_socket": ("/run/argot/policy.sock", "/run/argot/policy.sock"),
    "milter_engine": ("native", "native"),
    "socket_mode": ("600", "0600"),
    "socket_group": ("postfix", "postfix"),
    "maximum_sessions": ("100000", "100000"),
    "drain_timeout": ("0", "0s"),
    "data_directory": ("/srv/argot/", "/srv/argot"),
    "retry_exemptions": ("/etc/argot/retries-badly", "/etc/argot/retries-badly"),
    "model_file": ("/etc/argot/site.dialects", "/etc/argot/site.dialects"),
    "journal_retention": ("604800", "7d"),
    "ledger_retention": ("52w", "364d"),
    "journal_limit": ("16777216", "16m"),
    "queue_capacity": ("16", "16"),
    "learning": ("no", "no"),
    "learning_retention": ("3w", "21d"),
    "learning_sightings": ("50000", "50000"),
    "campaigns": ("traps", "traps"),
    "judgement_sources": ("trap, person", "person trap"),
    "blocklist_replies": ("go away; Listed, sorry;", "go away; Listed, sorry"),
    "policy_replies": ("house rule", "house rule"),
    "filter_headers": (
        "rspamd; X-Our-Filter : bad* = spam;X-Our-Filter: a=b = honest",
        "rspamd; x-our-filter: bad* = spam; x-our-filter: a=b = honest"
    ),
    "filter_headers_occurrence": ("last", "last"),
    "authserv_id": ("mx.lab.example", "mx.lab.example"),
    "listen_only_ports": ("587, 465 587", "465 587"),
    "judgement_socket": ("/run/j.sock", "/run/j.sock"),
    "judgement_group": ("vmail", "vmail"),
    "log_format": ("json", "json"),
    "log_destination": ("none", "none"),
    "log_verdicts": ("refusals", "refusals"),
    "transcript_file": ("/var/lib/argot/transcripts", "/var/lib/argot/transcripts"),
    "transcript_maximum_size": ("131072", "128k"),
]

/// The configuration of a file `f` with that text.
func load(_ text: String, overrides: [String] = []) -> LoadedConfiguration {
    Configuration.load(files: [ConfigurationFile(name: "f", bytes: text.utf8)], overrides: overrides)
}

/// The error lines of a file `f` with that text.
func errors(_ text: String) -> [String] {
    load(text).errors.map(\.description)
}

/// The warning lines of a file `f` with that text.
func warnings(_ text: String) -> [String] {
    load(text).warnings.map(\.description)
}
