/// What Argot answers to a recipient.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
    /// The mail server goes on as if Argot were not there.
    case accept

    /// A temporary failure: an honest client comes back.
    case tempfail

    /// The mail server's own words for an unknown user: a bot drops the address from its list.
    case fakeReject = "fakereject"

    /// A permanent refusal that says what it is.
    case reject

    /// Whether the client is refused.
    public var isRefusal: Bool { self != .accept }
}
