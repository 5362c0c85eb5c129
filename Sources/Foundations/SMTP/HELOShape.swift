/// What a HELO or EHLO argument looks like, and how it relates to what is known about the client.
public struct HELOShape: Hashable, Sendable {
    /// The argument's form. Every argument has exactly one.
    public enum Form: UInt8, Sendable, CaseIterable {
        /// Two or more labels: `mail.example.net`.
        case fqdn

        /// One label: `friend`.
        case singleLabel

        /// An IPv4 address without brackets, which RFC 5321 section 4.1.3 does not allow.
        case bareIPv4

        /// `[192.0.2.1]`
        case literalIPv4

        /// `[IPv6:2001:db8::1]`
        case literalIPv6

        /// `localhost`
        case localhost

        /// `localhost.localdomain`
        case localhostLocaldomain

        /// No argument, or an empty one.
        case empty

        /// Blanks, control or 8-bit characters, or other bytes that no host name has.
        case malformed
    }

    /// Facts about the argument beyond its form; any number of them may hold.
    public struct Traits: OptionSet, Hashable, Sendable {
        /// The set's bits.
        public let rawValue: UInt8

        /// A set of the given bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The argument is the client's reverse name.
        public static let equalsPTR = Traits(rawValue: 1)

        /// The argument is the server's own name, or the address literal of the server's own address.
        public static let equalsServer = Traits(rawValue: 2)

        /// The argument is an address, and it is not the client's.
        public static let otherAddress = Traits(rawValue: 4)

        /// The argument contains an underscore.
        public static let underscore = Traits(rawValue: 8)

        /// All letters are upper-case, and there are at least two.
        public static let uppercase = Traits(rawValue: 16)
    }

    /// The argument's form.
    public let form: Form

    /// What else holds.
    public let traits: Traits

    /// A shape of its parts.
    public init(form: Form, traits: Traits = []) {
        self.form = form
        self.traits = traits
    }

    /// The shape of `argument`, seen from a server called `server` (lower case) at `serverAddress`, to a client at
    /// `client` whose reverse name is `ptr` (lower case; `nil` when there is none). O(length of the argument).
    public init(
        of argument: some Collection<UInt8>, client: ClientAddress?, ptr: String?, server: String?,
        serverAddress: ClientAddress? = nil
    ) {
        self.init(of: Array(argument), client: client, ptr: ptr, server: server, serverAddress: serverAddress)
    }

    /// The same of an array.
    public init(
        of argument: [UInt8], client: ClientAddress?, ptr: String?, server: String?,
        serverAddress: ClientAddress? = nil
    ) {
        var folded = argument
        var upper = 0
        var lower = 0
        var dots = 0
        var hasOnlyHostBytes = true
        var traits: Traits = []
        for index in argument.indices {
            let byte = argument[index]
            switch byte {
            case 0x41...0x5a:
                upper += 1
                folded[index] = byte | 0x20
            case 0x61...0x7a: lower += 1
            case UInt8(ascii: "."): dots += 1
            case UInt8(ascii: "_"): traits.insert(.underscore)
            case 0x30...0x39, UInt8(ascii: "-"): break
            default: hasOnlyHostBytes = false
            }
        }
        let isLiteral = folded.count > 1 && folded.first == UInt8(ascii: "[") && folded.last == UInt8(ascii: "]")
        var address: ClientAddress?
        if isLiteral {
            address = ClientAddress(utf8: Array(folded.dropFirst().dropLast()))
        } else if dots == 3 || !hasOnlyHostBytes {
            // Only what has three dots or a colon can be an address.
            address = ClientAddress(utf8: folded)
        }
        if folded.isEmpty {
            form = .empty
        } else if let address, isLiteral {
            form = address.family == .ipv4 ? .literalIPv4 : .literalIPv6
        } else if let address {
            form = address.family == .ipv4 ? .bareIPv4 : .malformed
        } else if !hasOnlyHostBytes || folded.first == UInt8(ascii: ".") {
            form = .malformed
        } else if Self.isEqual(folded, "localhost") {
            form = .localhost
        } else if Self.isEqual(folded, "localhost.localdomain") {
            form = .localhostLocaldomain
        } else {
            form = dots > (folded.last == UInt8(ascii: ".") ? 1 : 0) ? .fqdn : .singleLabel
        }
        if let address, let client, address != client { traits.insert(.otherAddress) }
        if let address, address == serverAddress, address != client { traits.insert(.equalsServer) }
        if let ptr, Self.isEqual(folded, ptr) { traits.insert(.equalsPTR) }
        if let server, Self.isEqual(folded, server) { traits.insert(.equalsServer) }
        if upper > 1, lower == 0, !isLiteral { traits.insert(.uppercase) }
        self.traits = traits
    }

    private static func isEqual(_ bytes: [UInt8], _ text: String) -> Bool {
        bytes.count == text.utf8.count && bytes.elementsEqual(text.utf8)
    }
}
