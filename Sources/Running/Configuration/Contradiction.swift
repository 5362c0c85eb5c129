import Judgements
import Policy
import SMTP

/// Settings that make no sense together, or that hardly do what was meant.
struct Contradiction {
    /// How bad it is.
    enum Severity {
        /// The configuration cannot be used.
        case error

        /// It can be used.
        case warning(ConfigurationWarning.Code)
    }

    /// How bad it is.
    let severity: Severity

    /// The keys involved; the first is the one to change.
    let keys: [String]

    /// What is wrong.
    let problem: String

    /// What to do.
    let remedy: String

    /// All contradictions in a configuration; `isSet` tells the keys that somebody has set.
    static func all(in configuration: Configuration, isSet: (String) -> Bool) -> [Contradiction] {
        verdicts(configuration.policy) + lies(configuration.policy) + exemptions(configuration.policy)
            + socket(configuration, isSet)
            + learning(configuration) + snapshots(configuration)
    }

    private static func snapshots(_ configuration: Configuration) -> [Contradiction] {
        guard !configuration.senderSnapshot.isEmpty else {
            return configuration.senderSnapshotKeys.isEmpty
                ? []
                : [
                    noEffect(
                        ["senders_snapshot_keys", "senders_snapshot"],
                        "it has no effect as long as senders_snapshot is empty",
                        "name the file, or remove senders_snapshot_keys")
                ]
        }
        if configuration.senderSnapshotKeys.isEmpty {
            return [
                noEffect(
                    ["senders_snapshot", "senders_snapshot_keys"],
                    "nobody's snapshots are believed as long as senders_snapshot_keys is empty",
                    "name the public key of the group's server")
            ]
        }
        guard !configuration.senders else { return [] }
        return [
            noEffect(
                ["senders_snapshot", "senders"], "it has no effect as long as senders is no",
                "set senders = yes, or remove senders_snapshot")
        ]
    }

    private static func learning(_ configuration: Configuration) -> [Contradiction] {
        if configuration.listenOnlyPorts.contains(25) {
            return [
                Contradiction(
                    severity: .warning(.noEffect), keys: ["listen_only_ports"],
                    problem: "nothing is judged on port 25, where mail from elsewhere comes in",
                    remedy: "name the ports of submission only")
            ]
        }
        guard !configuration.filterHeaders.isEmpty else { return [] }
        if !configuration.learning {
            return [
                .noEffect(
                    ["filter_headers", "learning"], "it has no effect as long as learning is no",
                    "set learning = yes, or remove filter_headers")
            ]
        }
        guard !configuration.judgementSources.contains(.filterHeader) else { return [] }
        return [
            .noEffect(
                ["filter_headers", "judgement_sources"],
                "it has no effect as long as judgement_sources does not contain filter-header",
                "add filter-header to judgement_sources, or remove filter_headers")
        ]
    }

    private static func verdicts(_ policy: PolicyConfiguration) -> [Contradiction] {
        var found: [Contradiction] = []
        if policy.greylist.delay >= policy.greylist.retryWindow {
            let delay = UnitTable.time.text(of: policy.greylist.delay)
            let window = UnitTable.time.text(of: policy.greylist.retryWindow)
            found.append(
                Contradiction(
                    severity: .error, keys: ["greylist_delay", "greylist_retry_window"],
                    problem: "\(delay) is not shorter than greylist_retry_window (\(window)), so no retry ever passes",
                    remedy: "make greylist_delay shorter or greylist_retry_window longer"))
        }
        let wantsLies = policy.certainAction == .fakeReject
        if policy.fakeRejectFraction == 0 {
            let keys = policy.enforcedVerdicts.contains(.fakeReject) ? ["enforce"] : []
            for key in keys + (wantsLies ? ["certain_action"] : []) {
                found.append(
                    .noEffect(
                        [key, "fake_reject_fraction"],
                        "fakereject has no effect as long as fake_reject_fraction is 0",
                        "set fake_reject_fraction above 0, or remove fakereject"))
            }
        } else if !wantsLies {
            found.append(
                .noEffect(
                    ["fake_reject_fraction", "certain_action"],
                    "it has no effect as long as certain_action is \(policy.certainAction.rawValue)",
                    "set certain_action = fakereject, or remove fake_reject_fraction"))
        }
        guard policy.mode == .enforce else { return found }
        if policy.enforcedVerdicts.isEmpty {
            found.append(
                .noEffect(
                    ["enforce", "mode"], "mode enforce applies nothing as long as enforce is empty",
                    "name the refusals to apply, such as enforce = tempfail"))
        } else if let verdict = Verdict(rawValue: policy.certainAction.rawValue),
            !policy.enforcedVerdicts.contains(verdict)
        {
            found.append(
                .noEffect(
                    ["certain_action", "enforce"], "\(verdict.rawValue) is not among enforce, so it is only logged",
                    "add \(verdict.rawValue) to enforce, or choose another certain_action"))
        }
        return found
    }

    private static func lies(_ policy: PolicyConfiguration) -> [Contradiction] {
        guard policy.certainAction == .fakeReject else {
            let (limits, standard) = (policy.lieLimits, LieConfiguration())
            let keys = [
                ("fake_reject_recipients", limits.recipients != standard.recipients),
                ("no_fake_reject_recipients", limits.exceptions != standard.exceptions),
                ("fake_reject_share", limits.share != standard.share),
                ("fake_reject_hourly_limit", limits.hourlyLimit != standard.hourlyLimit),
                ("fake_reject_domain_limit", limits.domainLimit != standard.domainLimit),
                ("fake_reject_recipient_limit", limits.recipientLimit != standard.recipientLimit),
            ]
            return keys.filter(\.1).map(\.0).map { key in
                .noEffect(
                    [key, "certain_action"],
                    "it has no effect as long as certain_action is \(policy.certainAction.rawValue)",
                    "set certain_action = fakereject, or remove \(key)")
            }
        }
        let limits = policy.lieLimits
        if limits.recipients.isEmpty {
            return [
                .noEffect(
                    ["fake_reject_recipients", "certain_action"],
                    "there are no fake rejections as long as it is empty",
                    "name recipients, traps or all, or choose another certain_action")
            ]
        }
        if limits.recipients.isTrapsAlone, policy.trapAddresses.isEmpty, policy.trapDomains.isEmpty {
            return [
                .noEffect(
                    ["fake_reject_recipients", "trap_addresses"], "there are no traps, so there are no fake rejections",
                    "name some in trap_addresses or trap_domains")
            ]
        }
        return []
    }

    private static func exemptions(_ policy: PolicyConfiguration) -> [Contradiction] {
        var found: [Contradiction] = []
        for (key, prefixes) in [
            ("trusted_networks", policy.trustedNetworks), ("allow_addresses", policy.allowedAddresses),
        ] {
            for prefix in prefixes where prefix.length == 0 {
                let family = prefix.base.family == .ipv4 ? "IPv4" : "IPv6"
                found.append(
                    .noEffect(
                        [key], "\(prefix) exempts every \(family) client, so none is ever refused",
                        "use mode = observe, or name the networks meant"))
            }
        }
        for name in ["postmaster", "abuse"] where !policy.protectedRecipients.contains(name) {
            found.append(
                Contradiction(
                    severity: .warning(.unprotected), keys: ["protected_recipients"],
                    problem: "\(name) is missing, so refused senders cannot complain",
                    remedy: "add \(name) to the list"))
        }
        for address in policy.trapAddresses.sorted() {
            let localPart = String(decoding: address.utf8.prefix { $0 != UInt8(ascii: "@") }, as: UTF8.self)
            guard policy.protectedRecipients.contains(localPart) else { continue }
            found.append(
                .noEffect(
                    ["trap_addresses", "protected_recipients"],
                    "\(QuotedText(address)) is not a trap as long as protected_recipients contains \(localPart)",
                    "remove it from one of the two"))
        }
        return found
    }

    private static func socket(_ configuration: Configuration, _ isSet: (String) -> Bool) -> [Contradiction] {
        var found: [Contradiction] = []
        if SocketSyntax.path(of: configuration.socket) == nil {
            for key in ["socket_mode", "socket_group"] where isSet(key) {
                found.append(
                    .noEffect(
                        [key, "socket"], "it has no effect on the socket \(configuration.socket)",
                        "remove \(key), or use a unix socket"))
            }
        } else if configuration.socketMode & 0o002 != 0 {
            found.append(
                Contradiction(
                    severity: .warning(.unprotected), keys: ["socket_mode"],
                    problem: "every user on this host can connect to the filter",
                    remedy: "use 0660 and put the mail server's user into the socket's group"))
        }
        if !configuration.controlSocket.isEmpty, SocketSyntax.path(of: configuration.controlSocket) == nil {
            found.append(
                Contradiction(
                    severity: .error, keys: ["control_socket"],
                    problem:
                        "\(configuration.controlSocket) is not a path: everybody who reaches it could steer argotd",
                    remedy: "use a unix socket; metrics have metrics_socket"))
        }
        if !configuration.judgementSocket.isEmpty, SocketSyntax.path(of: configuration.judgementSocket) == nil {
            found.append(
                Contradiction(
                    severity: .error, keys: ["judgement_socket"],
                    problem:
                        "\(configuration.judgementSocket) is not a path: everybody who reaches it could teach argotd",
                    remedy: "use a unix socket"))
        }
        if SocketSyntax.isOpenToAll(configuration.metricsSocket) {
            found.append(
                Contradiction(
                    severity: .warning(.unprotected), keys: ["metrics_socket"],
                    problem: "\(configuration.metricsSocket) listens on every address of this host",
                    remedy: "name one, such as inet:9465@127.0.0.1"))
        }
        if SocketSyntax.isOpenToAll(configuration.socket) {
            found.append(
                Contradiction(
                    severity: .warning(.unprotected), keys: ["socket"],
                    problem: "\(configuration.socket) listens on every address of this host",
                    remedy: "name one, such as inet:8899@127.0.0.1"))
        }
        return found
    }

    private static func noEffect(_ keys: [String], _ problem: String, _ remedy: String) -> Contradiction {
        Contradiction(severity: .warning(.noEffect), keys: keys, problem: problem, remedy: remedy)
    }
}
