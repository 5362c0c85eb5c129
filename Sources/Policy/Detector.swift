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

    /// What the administrator has said of the client.
    case list

    /// Whether the two detectors look at different things. The dialect machine reads HELO too, so those two never
    /// confirm each other.
    public func isIndependent(of other: Detector) -> Bool {
        switch (self, other) {
        case (.dialect, .helo), (.helo, .dialect): false
        default: self != other
        }
    }
}
