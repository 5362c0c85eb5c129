/// What is to be said of the snapshot of a group of sites, and of what this site submits to it.
public struct GroupReading: Sendable, Hashable {
    /// A snapshot: its number, and its age in seconds.
    public struct Snapshot: Sendable, Hashable {
        /// Its number.
        public var sequence: UInt64

        /// How old it is, in seconds.
        public var age: Int64

        /// A snapshot of its parts.
        public init(sequence: UInt64, age: Int64) {
            self.sequence = sequence
            self.age = age
        }
    }

    /// Where snapshots are read (`senders_snapshot`); empty for nowhere.
    public var place: String

    /// How old one may be, in seconds (`senders_snapshot_lifetime`).
    public var lifetime: Int64

    /// The good one that this process has found there.
    public var found: Snapshot?

    /// Who has signed it.
    public var signer = ""

    /// How many senders it lists.
    public var listed = 0

    /// How many of this site's domains it knows; `nil` where this site has no signing key.
    public var domains: Int?

    /// Why what is there cannot be read at all.
    public var unreachable: String?

    /// Why what is there is not believed.
    public var refused: String?

    /// What argotd has in force; `nil` for nothing, or where it was not asked.
    public var inForce: Snapshot?

    /// What argotd says is wrong.
    public var problem: String?

    /// Where this site submits (`senders_submit`); empty for nowhere.
    public var submit = ""

    /// Seconds since the end of the last slot that was submitted; `nil` before the first.
    public var submittedAge: Int64?

    /// A submission this old is late, in seconds: four quarters of an hour were missed.
    private static let late: Int64 = 4_500

    /// A snapshot this old is worth a look, in seconds.
    private static let old: Int64 = 86_400

    /// A reading of a place.
    public init(place: String, lifetime: Int64) {
        self.place = place
        self.lifetime = lifetime
    }

    /// The findings; none where neither snapshots are read nor anything is submitted.
    public var findings: [Finding] { snapshots + submissions }

    private var snapshots: [Finding] {
        guard !place.isEmpty else { return [] }
        let goesOn =
            inForce.map { "; argotd goes on with snapshot \($0.sequence), \(Self.text($0.age)) old" }
            ?? "; argotd has none in force"
        if let unreachable {
            return [Finding("group.unreachable", severity, at: place, unreachable + goesOn)]
        }
        if let refused { return [Finding("group.refused", severity, at: place, refused + goesOn)] }
        guard let found else { return [] }
        var findings: [Finding] = []
        if found.age > lifetime {
            findings.append(
                Finding(
                    "group.expired", .problem, at: place,
                    "snapshot \(found.sequence) is \(Self.text(found.age)) old, past senders_snapshot_lifetime, and not used: "
                        + "check that the group's server runs and publishes here"))
        } else if found.age > Self.old {
            findings.append(
                Finding(
                    "group.old", .warning, at: place,
                    "snapshot \(found.sequence) is \(Self.text(found.age)) old, and not used any longer once it is "
                        + "\(Self.text(lifetime)) old: check that the group's server runs and publishes here"))
        }
        if let problem {
            findings.append(Finding("group.not-taken", severity, at: place, "argotd says: \(problem)\(goesOn)"))
        }
        if domains == 0, !submit.isEmpty {
            findings.append(
                Finding(
                    "group.domains", .note, at: place,
                    "it knows none of this site's domains yet: it may take an hour after the first submission; the signing "
                        + "key must be in the server's list, as trusted"))
        }
        guard findings.allSatisfy({ $0.severity <= .note }) else { return findings }
        let own = domains.map { ", \($0) domains of this site" } ?? ""
        return [
            Finding(
                "group", .ok, at: place,
                "snapshot \(found.sequence), \(Self.text(found.age)) old, signed by \(signer), \(listed) senders listed\(own)"
            )
        ] + findings
    }

    /// Nothing decides by a group if nothing of it is in force; mail goes on either way.
    private var severity: Finding.Severity { inForce == nil ? .problem : .warning }

    private var submissions: [Finding] {
        guard !submit.isEmpty else { return [] }
        let remedy = ["systemctl enable --now argot-submit.timer", "systemctl status argot-submit.service"]
        guard let submittedAge else {
            return [
                Finding(
                    "group.submit", .warning, at: submit, "nothing was submitted yet: the timer is off as shipped",
                    remedy: remedy)
            ]
        }
        guard submittedAge > Self.late else {
            return [
                Finding(
                    "group.submit", .ok, at: submit, "submitted what was counted until \(Self.text(submittedAge)) ago")
            ]
        }
        return [
            Finding(
                "group.submit", .warning, at: submit,
                "the last submission is of what was counted until \(Self.text(submittedAge)) ago: the group learns nothing "
                    + "newer from this site", remedy: remedy)
        ]
    }

    private static func text(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
