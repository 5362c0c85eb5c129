/// Whom an MTA takes mail for.
public struct RecipientDirectory: Hashable, Sendable {
    /// The domain it is responsible for.
    public var domain: String
    /// The users in it.
    public var users: Set<String>

    /// A directory.
    public init(domain: String, users: Set<String>) {
        self.domain = domain
        self.users = users
    }

    /// `user1` to `user9`, `postmaster` and `abuse` at `lab.example`.
    public static let laboratory = RecipientDirectory(
        domain: "lab.example", users: Set((1...9).map { "user\($0)" } + ["postmaster", "abuse"]))

    /// Why an address is refused; nil if it is not.
    public func refusal(of address: EnvelopeAddress) -> RecipientRefusal? {
        let domain = address.domain.lowercased()
        if !domain.isEmpty && domain != self.domain { return .relayDenied }
        return users.contains(address.localPart.lowercased()) ? nil : .unknownUser
    }
}
