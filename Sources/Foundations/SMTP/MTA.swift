/// The mail server that a session's events come from, as far as it has said so.
public enum MTA: String, Sendable, Hashable, CaseIterable {
    /// Postfix: macro `v` starts with `Postfix`.
    case postfix

    /// Sendmail: macro `v` is a bare version number.
    case sendmail

    /// Not known: macro `v` was not sent, or says something else.
    case unknown

    /// Reads macro `v`: `Postfix 3.7.11` or `8.17.1.9`.
    public init(versionMacro: String?) {
        guard let version = versionMacro else {
            self = .unknown
            return
        }
        if version.hasPrefix("Postfix") {
            self = .postfix
        } else if version.first?.isNumber == true || version.hasPrefix("Sendmail") {
            self = .sendmail
        } else {
            self = .unknown
        }
    }
}
