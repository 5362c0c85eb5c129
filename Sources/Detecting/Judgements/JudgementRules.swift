/// Whom a site listens to, and how it reads what they say. Sessions share it.
public final class JudgementRules: Sendable {
    /// The sources that are on.
    public let sources: Set<JudgementSource>

    /// How the mail server's refusals are read.
    public let refusals: RefusalReader

    /// Which of several fields of one name counts.
    public let occurrence: FilterHeaderRule.Occurrence

    /// The name under which this site's border writes `Authentication-Results`, in lower case; empty where nobody does.
    public let authservID: String

    /// How many recipients of a session that do not exist are a judgement, and half of all at least.
    public static let unknownRecipients = 3

    /// The rules, those of one name together.
    let headers: [(name: [UInt8], rules: [FilterHeaderRule])]

    /// Rules from their parts.
    public init(
        sources: Set<JudgementSource> = Set(JudgementSource.allCases), refusals: RefusalReader = RefusalReader(),
        headers: [FilterHeaderRule] = [], occurrence: FilterHeaderRule.Occurrence = .only,
        authservID: String = ""
    ) {
        self.authservID = authservID.lowercased()
        self.sources = sources
        self.refusals = refusals
        self.occurrence = occurrence
        var named: [(name: [UInt8], rules: [FilterHeaderRule])] = []
        for rule in sources.contains(.filterHeader) ? headers : [] {
            if let index = named.firstIndex(where: { $0.name == rule.nameBytes }) {
                named[index].rules.append(rule)
            } else {
                named.append((rule.nameBytes, [rule]))
            }
        }
        self.headers = named
    }
}
