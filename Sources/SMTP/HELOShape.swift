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

        /// All traits, for enumeration.
        public static let all: [Traits] = [.equalsPTR, .equalsServer, .otherAddress, .underscore, .uppercase]
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
        let text = String(decoding: argument, as: UTF8.self)
        let folded = text.lowercased()
        var traits: Traits = []
        var address: ClientAddress?
        if folded.isEmpty {
            form = .empty
        } else if folded.hasPrefix("["), folded.hasSuffix("]") {
            address = ClientAddress(folded.dropFirst().dropLast())
            form = address.map { $0.family == .ipv4 ? .literalIPv4 : .literalIPv6 } ?? .malformed
        } else if let bare = ClientAddress(folded) {
            address = bare
            form = bare.family == .ipv4 ? .bareIPv4 : .malformed
        } else if folded == "localhost" {
            form = .localhost
        } else if folded == "localhost.localdomain" {
            form = .localhostLocaldomain
        } else if !text.utf8.allSatisfy(Self.isHostByte) || folded.hasPrefix(".") {
            form = .malformed
        } else {
            form = folded.dropLast().contains(".") ? .fqdn : .singleLabel
        }
        if let address, let client, address != client { traits.insert(.otherAddress) }
        if let address, address == serverAddress, address != client { traits.insert(.equalsServer) }
        if let ptr, folded == ptr { traits.insert(.equalsPTR) }
        if let server, folded == server { traits.insert(.equalsServer) }
        if folded.utf8.contains(UInt8(ascii: "_")) { traits.insert(.underscore) }
        if text != folded, text.utf8.filter({ 0x41...0x5a ~= $0 }).count > 1, text == text.uppercased() {
            traits.insert(.uppercase)
        }
        self.traits = traits
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
