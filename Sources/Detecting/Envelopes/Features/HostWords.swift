import SMTP

/// The words that say what a host is for. Public conventions, not learned from anybody's mail.
enum HostWords {
    /// Second levels under country domains.
    static let secondLevels = OrganisationName.secondLevels.sorted().map(PackedWord.init)

    /// Mail servers and mailing lists.
    static let mail = words(
        "bounce bulk exim list lists listserv mx mta mtas news newsletter out outbound post postfix qmail relay send "
            + "sender smtp smtps smtpout")

    /// Access lines.
    static let access = words(
        "adsl bb broadband cable catv client cpe cust customer dhcp dial dialin dialup dip dsl dyn dynamic fibre ftth "
            + "gprs home host hsd internet ip isdn lan line mobile modem node pool pools pppoe ppp pptp res residential "
            + "rev user users vdsl wifi wireless xdsl")

    /// Web servers and the like.
    static let server = words("dedicated ns server srv static vps web www")

    /// Top-level domains that exist only inside a network.
    static let privateTopLevels = words(
        "arpa corp domain home internal intern intra intranet invalid lan loc local localdomain localhost private "
            + "test workgroup")

    private static func words(_ text: String) -> [PackedWord] { text.split(separator: " ").map { PackedWord($0.utf8) } }
}
