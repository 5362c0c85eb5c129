/// How the MTA fared in finding the client's name (macro `{client_resolve}`).
public enum HostResolution: String, Sendable, Hashable, CaseIterable {
    /// Address and name agree both ways.
    case ok

    /// The address has a name, but the name does not lead back to the address.
    case forged

    /// The address has no name.
    case fail

    /// The name service gave a temporary failure.
    case temporary

    /// The MTA did not say.
    case unknown

    /// Reads the macro's value: `OK`, `FORGED`, `FAIL` or `TEMP`.
    public init(macro: String?) {
        switch macro?.uppercased() {
        case "OK": self = .ok
        case "FORGED": self = .forged
        case "FAIL": self = .fail
        case "TEMP": self = .temporary
        default: self = .unknown
        }
    }
}
