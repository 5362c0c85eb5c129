/// Every variation there is, generated from stages and forms.
///
/// The seven stages on the way of a delivery are asked in all 26 forms, the five others in the nine most telling ones;
/// `500` also answers the commands STARTTLS, RSET and NOOP, and it answers neither the greeting nor a message, which
/// are no commands. That makes 7 · 26 − 2 + 5 · 9 + 3 = 228, the number the paper names; its own list was never
/// published, so the agreement is in number and in classes only.
public enum VariationCatalogue {
    /// All variations, by stage and then by form, each once.
    public static let all: [ReplyVariation] = ProbeStage.allCases.flatMap { stage in
        ReplyForm.allCases.filter { isAsked($0, at: stage) }.map { ReplyVariation(stage: stage, form: $0) }
    }

    private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

    /// The variation of that id, if there is one. O(1).
    public static func variation(_ id: some StringProtocol) -> ReplyVariation? { byID[String(id)] }

    /// The variations of a stage.
    public static func variations(at stage: ProbeStage) -> [ReplyVariation] { all.filter { $0.stage == stage } }

    private static func isAsked(_ form: ReplyForm, at stage: ProbeStage) -> Bool {
        if form == .unrecognized {
            switch stage {
            case .ehlo, .helo, .starttls, .mail, .rcpt, .data, .rset, .noop: return true
            case .greeting, .endOfData, .quit, .other: return false
            }
        }
        return stage.isOnTheWay || form.isTelling
    }
}
