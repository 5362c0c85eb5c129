/// A source of evidence. Two signals of one detector are one piece of evidence.
public enum Detector: String, Sendable, Hashable, CaseIterable {
    /// How the client speaks SMTP.
    case dialect

    /// What the client calls itself.
    case helo

    /// What the name service says about the client's address.
    case name

    /// Which recipients the client asks for.
    case recipients

    /// Whether the client knows an address that nobody honest knows.
    case trap

    /// What HELO, names and headers are like.
    case envelope

    /// What a message and its client claim to be, against what they are.
    case claim

    /// Which recipient domains the client writes to, together with whom.
    case senders

    /// What the administrator has said of the client.
    case list

    /// Whether the two detectors look at different things. The dialect machine reads HELO too; the envelope is HELO,
    /// names and headers; a claim is held against dialect, HELO and names: none of them confirms another.
    public func isIndependent(of other: Detector) -> Bool {
        let pair: Set<Detector> = [self, other]
        if pair.count == 1 || pair == [.dialect, .helo] { return false }
        let readsAlike: Set<Detector> = [.dialect, .helo, .name, .envelope, .claim]
        return !(pair.isSubset(of: readsAlike) && !pair.isDisjoint(with: [.envelope, .claim]))
    }
}
