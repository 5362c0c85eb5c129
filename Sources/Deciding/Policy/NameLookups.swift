/// Whether the mail server looks up the names of its clients' addresses. Where it does not, as Postfix with
/// `smtpd_peername_lookup = no`, it calls every client nameless.
public enum NameLookups: String, Sendable, Hashable, CaseIterable {
    /// It is taken to do so once it has been seen to know a name.
    case auto

    /// It does.
    case yes

    /// It does not: names count neither for nor against anybody.
    case no
}
