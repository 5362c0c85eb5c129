import SMTP

/// The words that say what a host is for. Public conventions, not learned from anybody's mail.
enum HostWords {
    /// What a host is for, by one of its words.
    enum Kind: Sendable {
        case mail, access, server
    }

    /// The kind of a word; `nil` for one that says nothing. O(1).
    static func kind(of word: PackedWord) -> Kind? {
        var place = place(of: word)
        while let known = table[place] {
            if known.word == word { return known.kind }
            place = (place + 1) & (table.count - 1)
        }
        return nil
    }

    /// The words of all kinds in open addressing, at most half full; of one that is of two kinds the first.
    private static let table: [(word: PackedWord, kind: Kind)?] = {
        var table = [(word: PackedWord, kind: Kind)?](repeating: nil, count: 256)
        for (kind, words) in [(Kind.mail, mail), (.access, access), (.server, server)] {
            for word in words {
                var place = place(of: word)
                while let known = table[place], known.word != word { place = (place + 1) & 255 }
                if table[place] == nil { table[place] = (word, kind) }
            }
        }
        return table
    }()

    private static func place(of word: PackedWord) -> Int { Int(word.spread & 255) }

    /// Second levels under country domains.
    static let secondLevels = OrganisationName.secondLevels.sorted().map(PackedWord.init)

    /// Mail servers and mailing lists.
    private static let mail = words(
        "bounce bulk exim list lists listserv mx mta mtas news newsletter out outbound post postfix qmail relay send "
            + "sender smtp smtps smtpout")

    /// Access lines.
    private static let access = words(
        "adsl bb broadband cable catv client cpe cust customer dhcp dial dialin dialup dip dsl dyn dynamic fibre ftth "
            + "gprs home host hsd internet ip isdn lan line mobile modem node pool pools pppoe ppp pptp res residential "
            + "rev user users vdsl wifi wireless xdsl")

    /// Web servers and the like.
    private static let server = words("dedicated ns server srv static vps web www")

    /// Top-level domains that exist only inside a network.
    static let privateTopLevels = words(
        "arpa corp domain home internal intern intra intranet invalid lan loc local localdomain localhost private "
            + "test workgroup")

    private static func words(_ text: String) -> [PackedWord] { text.split(separator: " ").map { PackedWord($0.utf8) } }
}
