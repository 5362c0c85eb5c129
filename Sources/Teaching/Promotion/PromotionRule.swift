/// Whether a candidate is put in force.
public enum PromotionRule {
    /// The share of honest organisations that a model may touch; one is always allowed.
    public static let budget = 0.01

    /// A first model must find this share of spam.
    public static let leastRecall = 0.1

    /// Whether a candidate is promoted, and why or why not.
    ///
    /// - Parameter inForce: what the model in force made of the same days; `nil` for none.
    public static func verdict(
        on candidate: ModelCard.Figures, inForce: ModelCard.Figures?
    ) -> (isPromoted: Bool, reason: String) {
        guard candidate.organisations > 0, candidate.spam > 0 else {
            return (
                false,
                "the newest days have \(candidate.spam) messages of spam and \(candidate.organisations) honest organisations: "
                    + "too little to judge by"
            )
        }
        let allowed = max(1, Int(budget * Double(candidate.organisations)))
        guard candidate.touched <= max(allowed, inForce.map(\.touched) ?? 0) else {
            return (
                false,
                "it would have flagged \(candidate.touched) of \(candidate.organisations) honest organisations; \(allowed) "
                    + "are allowed"
            )
        }
        guard let inForce else {
            guard candidate.recall >= leastRecall else {
                return (false, "it would have found \(candidate.found) of \(candidate.spam) messages of spam: too few")
            }
            return (true, "it is the first, and keeps to the budget")
        }
        guard candidate.found >= inForce.found || candidate.touched < inForce.touched && inForce.touched > allowed
        else {
            return (
                false,
                "it would have found \(candidate.found) of \(candidate.spam) messages of spam, the model in force "
                    + "\(inForce.found)"
            )
        }
        return (true, "it finds no less than the model in force, and keeps to the budget")
    }
}
