/// A question asked about a session's envelope.
///
/// A session has at most one answer to a question, but for those of `.headerName` and `.headerPair`. All answers about
/// HELO and names are shapes out of small closed sets: no name and no address can get into a model through them.
///
/// The numbers stand in the database: new questions go to the end, and none is removed.
public enum FeatureGroup: UInt8, Sendable, Hashable, CaseIterable {
    /// The HELO argument's form; for addresses whether it is the client's.
    case heloForm

    /// Of a HELO argument without dots: letters, digits or eight hexadecimal digits, how long, with a hyphen or not.
    case heloSingle

    /// The number of labels.
    case heloLabels

    /// Whether the name contains the client's address, or something like an address.
    case heloAddress

    /// The number of digits in the host part.
    case heloDigits

    /// The length.
    case heloLength

    /// The share of vowels in the organisation's label: random letters have few.
    case heloVowels

    /// Whether the top-level domain is one of the public ones, private, or a number. Which of the public ones is not
    /// asked: a country is no evidence.
    case heloTopLevel

    /// Upper-case letters: all or some.
    case heloCase

    /// An underscore.
    case heloUnderscore

    /// What the words of the host part say: a mail server, an access line, a web server.
    case heloRole

    /// Whether there is a reverse name and whether it leads back.
    case nameState

    /// Whether the name is one that is given by the thousand: address or digits in it.
    case nameKind

    /// The number of labels.
    case nameLabels

    /// The number of digits in the host part.
    case nameDigits

    /// The length.
    case nameLength

    /// The number of hyphens in the host part.
    case nameHyphens

    /// What the words of the host part say.
    case nameRole

    /// HELO against the reverse name: equal, same organisation, different.
    case relation

    /// HELO's form with the name's state.
    case formState

    /// The relation with the name's kind.
    case relationKind

    /// The relation with the name's state.
    case relationState

    /// A HELO argument of two labels with the relation: a domain that is no host.
    case bareDomain

    /// HELO or EHLO, where the vantage tells.
    case greeting

    /// The same with the form and the relation.
    case greetingForm

    /// The sender's domain against HELO and the name; the null sender.
    case sender

    /// The same with relation and state. How many labels the domain has is not asked: where honest mail was collected
    /// from mailing lists, `lists.example.net` looks honest and a person's `example.net` does not.
    case senderRelation

    /// The number of Received fields that came with the message.
    case receivedCount

    /// The same for mailing lists and others.
    case receivedList

    /// The same with the mailer: programs of people do not deliver themselves.
    case receivedMailer

    /// The claimed program without its version.
    case mailerFamily

    /// The claimed program with the form of its version.
    case mailerTemplate

    /// The form of the Message-ID.
    case messageID

    /// The Message-ID's right side against HELO, name and sender.
    case messageIDHost

    /// The layout of the Date.
    case date

    /// The number of headers besides Received.
    case headerCount

    /// Whether mailing list headers are among them.
    case headerList

    /// A header, exactly as spelt.
    case headerName

    /// A header and the one that follows it.
    case headerPair

    /// The first three headers.
    case orderFirst

    /// The last three headers.
    case orderLast

    /// The order of the headers that all programs write.
    case orderCore

    /// The first four of those with the mailer.
    case orderMailer

    /// All headers in their order.
    case orderAll

    /// What the question looks at.
    public var family: FeatureFamily {
        switch self {
        case .heloForm, .heloSingle, .heloLabels, .heloAddress, .heloDigits, .heloLength, .heloVowels, .heloTopLevel,
            .heloCase, .heloUnderscore, .heloRole:
            .helo
        case .nameState, .nameKind, .nameLabels, .nameDigits, .nameLength, .nameHyphens, .nameRole: .name
        case .relation, .formState, .relationKind, .relationState, .bareDomain: .relation
        case .greeting, .greetingForm: .greeting
        case .sender, .senderRelation: .sender
        case .receivedCount, .receivedList, .receivedMailer: .received
        case .mailerFamily, .mailerTemplate: .mailer
        case .messageID, .messageIDHost, .date: .identifier
        case .headerCount, .headerList, .headerName: .headers
        case .headerPair, .orderFirst, .orderLast, .orderCore, .orderMailer, .orderAll: .order
        }
    }

    /// The question's word in model documents and reports.
    public var word: String {
        switch self {
        case .heloForm: "helo.form"
        case .heloSingle: "helo.single"
        case .heloLabels: "helo.labels"
        case .heloAddress: "helo.address"
        case .heloDigits: "helo.digits"
        case .heloLength: "helo.length"
        case .heloVowels: "helo.vowels"
        case .heloTopLevel: "helo.top-level"
        case .heloCase: "helo.case"
        case .heloUnderscore: "helo.underscore"
        case .heloRole: "helo.role"
        case .nameState: "name.state"
        case .nameKind: "name.kind"
        case .nameLabels: "name.labels"
        case .nameDigits: "name.digits"
        case .nameLength: "name.length"
        case .nameHyphens: "name.hyphens"
        case .nameRole: "name.role"
        case .relation: "relation"
        case .formState: "relation.form-state"
        case .relationKind: "relation.kind"
        case .relationState: "relation.state"
        case .bareDomain: "relation.bare-domain"
        case .greeting: "greeting"
        case .greetingForm: "greeting.form"
        case .sender: "sender"
        case .senderRelation: "sender.relation"
        case .receivedCount: "received.count"
        case .receivedList: "received.list"
        case .receivedMailer: "received.mailer"
        case .mailerFamily: "mailer.family"
        case .mailerTemplate: "mailer.template"
        case .messageID: "message-id.form"
        case .messageIDHost: "message-id.host"
        case .date: "date.layout"
        case .headerCount: "header.count"
        case .headerList: "header.list"
        case .headerName: "header.name"
        case .headerPair: "order.pair"
        case .orderFirst: "order.first"
        case .orderLast: "order.last"
        case .orderCore: "order.core"
        case .orderMailer: "order.mailer"
        case .orderAll: "order.all"
        }
    }

    /// The question with the given word.
    public init?(word: some StringProtocol) {
        guard let group = Self.byWord[String(word)] else { return nil }
        self = group
    }

    private static let byWord = Dictionary(uniqueKeysWithValues: allCases.map { ($0.word, $0) })
}
