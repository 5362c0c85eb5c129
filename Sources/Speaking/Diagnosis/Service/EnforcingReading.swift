public import Keeping
internal import SMTP

/// What has to be so before verdicts are applied: observed for long enough, and nobody honest in the way.
public struct EnforcingReading: Sendable, Hashable {
    /// How many days of observing show who sends mail here: in two weeks every weekly list and report comes twice.
    public static let days = 14

    /// The clock, in seconds since 1970.
    public var now: Int64
    /// What journal and histories say.
    public var outlook = EnforcingOutlook()
    /// How many days the journal keeps.
    public var keptDays = 30
    /// Whether the breaker is armed.
    public var isBreakerArmed = true
    /// The share of good clients that the breaker allows to be refused.
    public var breakerBudget = 0.01
    /// How many refused good clients it takes at least.
    public var breakerMinimum: Int
    /// The refusals that would be applied, as `enforce` names them.
    public var enforced: [String] = ["tempfail"]
    /// argotd's configuration file.
    public var file: String

    /// A reading of a moment.
    public init(now: Int64, file: String, breakerMinimum: Int) {
        self.breakerMinimum = breakerMinimum
        self.now = now
        self.file = file
    }

    /// The log lines of verdicts that say a word.
    private static func log(_ pattern: String) -> String {
        "journalctl -u argotd --since '-\(days) days' --grep 'verdict: .*\(pattern)'"
    }

    /// The findings.
    public var findings: [Finding] {
        [observed, cleanClients] + refused + risks + applied
    }

    private var observed: Finding {
        guard let first = outlook.first?.seconds, let last = outlook.last?.seconds else {
            return Finding(
                "enforcing.observed", .problem, at: "journal",
                "no session has been observed yet: \(Self.days) days are missing", remedy: ["argot mode observe"])
        }
        let span = max(0, Int(clamping: (now - min(first, now)) / 86_400))
        let missing = Self.days - span
        if missing > 0 {
            let short = keptDays < Self.days
            return Finding(
                "enforcing.observed", .problem, at: "journal",
                "observed for \(span) of \(Self.days) days: \(missing) missing"
                    + (short ? ", and journal_retention keeps only \(keptDays) days" : ""),
                remedy: short ? ["in \(file): journal_retention = 30d", "argot reload"] : [])
        }
        if now - last > 3 * 86_400 {
            return Finding(
                "enforcing.observed", .problem, at: "journal",
                "the last session was observed \((now - last) / 86_400) days ago: does the mail server still ask Argot?"
            )
        }
        if outlook.days * 2 < min(span, keptDays) {
            return Finding(
                "enforcing.observed", .warning, at: "journal",
                "only \(outlook.days) of the last \(min(span, keptDays)) days had sessions: Argot may not have seen everybody"
            )
        }
        return Finding("enforcing.observed", .ok, at: "journal", "observed for \(span) days")
    }

    private var cleanClients: Finding {
        let clean = outlook.clean
        if clean == 0 {
            return Finding(
                "enforcing.clients", .problem, at: "history",
                "nobody is remembered for clean mail: every client is new to Argot, so any sign against it counts")
        }
        return Finding("enforcing.clients", .ok, at: "history", "\(clean) clients are remembered for clean mail")
    }

    private var refused: [Finding] {
        let (refused, lately) = (outlook.cleanRefused, outlook.cleanLately)
        guard refused > 0 else {
            return [
                Finding("enforcing.clean-refused", .ok, at: "journal", "no client with clean mail would be refused")
            ]
        }
        let wouldTrip =
            refused >= breakerMinimum && Double(refused) > breakerBudget * Double(max(1, lately))
        return [
            Finding(
                "enforcing.clean-refused", wouldTrip ? .problem : .warning, at: "journal",
                "\(refused) of \(lately) clients that have sent clean mail would have been refused in the last "
                    + "three days" + (wouldTrip ? ", which is more than breaker_budget allows" : ""),
                remedy: [
                    "journalctl -u argotd --since '-3 days' --grep 'verdict: action=(tempfail|reject|fakereject)'",
                    "argot journal --since 3d --limit 100000 | awk '$7 != \"accept\"'",
                ])
        ]
    }

    /// Devices, own hosts and relays.
    private var risks: [Finding] {
        var found: [Finding] = []
        let (ownName, neverBack, relays) = (outlook.ownName, outlook.neverBack, outlook.relays)
        if ownName > 0 {
            found.append(
                Finding(
                    "enforcing.own-hosts", .warning, at: "journal",
                    "\(ownName) client\(ownName == 1 ? "" : "s") with this host's own name would be refused: your own web servers, "
                        + "containers and devices belong in trusted_networks, all others are bots",
                    remedy: [Self.log("helo.ours")]))
        }
        if neverBack > 0 {
            found.append(
                Finding(
                    "enforcing.never-back", .warning, at: "journal",
                    "\(neverBack) client\(neverBack == 1 ? "" : "s") came day after day, would have been asked to come back "
                        + "and never did, and does not speak a known bot's dialect: besides spam, printers, monitoring and web "
                        + "forms look like this, and would lose mail",
                    remedy: [Self.log("reason=greylist.new"), "argot report"]))
        }
        if relays > 0 {
            found.append(
                Finding(
                    "enforcing.relays", .warning, at: "journal",
                    "\(relays) client\(relays == 1 ? "" : "s") with clean mail from many senders would sometimes be refused: a "
                        + "backup MX, relay or forwarder of yours belongs in allow_addresses (argot allow ADDRESS), or "
                        + "refused mail becomes bounces to forged senders",
                    remedy: [Self.log("action=tempfail")]))
        }
        return found
    }

    private var applied: [Finding] {
        var found: [Finding] = []
        if !isBreakerArmed {
            found.append(
                Finding(
                    "enforcing.breaker", .problem, at: file,
                    "breaker is no: nothing stops Argot if it refuses clients that used to pass",
                    remedy: ["in \(file): breaker = yes", "argot reload"]))
        }
        let hard = enforced.filter { $0 != "tempfail" }
        if !hard.isEmpty {
            found.append(
                Finding(
                    "enforcing.refusals", .warning, at: file,
                    "enforce has \(hard.joined(separator: " ")): begin with tempfail, after which honest mail comes back",
                    remedy: ["in \(file): enforce = tempfail", "argot reload"]))
        }
        return found
    }

    /// The verdict over all findings, in one line: safe, or not yet and why.
    public static func verdict(_ findings: [Finding]) -> (isSafe: Bool, text: String) {
        func ids(_ severity: Finding.Severity) -> [String] {
            findings.filter { $0.severity == severity }.map(\.id).reduce(into: []) { ids, id in
                if !ids.contains(id) { ids.append(id) }
            }
        }
        let problems = ids(.problem)
        let warnings = ids(.warning)
        if !problems.isEmpty { return (false, "not yet: " + problems.joined(separator: ", ")) }
        if warnings.isEmpty { return (true, "safe to enforce: argot mode enforce") }
        return (true, "safe to enforce, once you have read: " + warnings.joined(separator: ", "))
    }
}
