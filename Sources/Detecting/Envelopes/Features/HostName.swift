import SMTP

/// A host name taken apart: its organisation, its host part, and what the host part says.
///
/// `pool-192-0-2-1.city.example.net` belongs to the organisation `example.net`; the rest is the host part. Without a
/// list of public suffixes the organisation is taken to be the last two labels, or three where the last is a country
/// and the one before it a usual second level (`co.uk`, `edu.au`). The public suffix list (libpsl) knows a few names better,
/// which changes nothing about whether a HELO and a name belong together, and every model would have to be learned with it.
package struct HostName: Sendable {
    /// What the words of a host part say about the host.
    enum Role: String {
        /// A word of mail servers and mailing lists.
        case mail

        /// A word of access lines: `dsl`, `pool`, `dhcp`.
        case access

        /// A word of web and other servers.
        case server

        /// Words, but none of these.
        case words

        /// No words.
        case none
    }

    /// The name in lower case, without a final dot.
    let bytes: [UInt8]

    /// The number of labels; 0 for an empty name.
    var labels: Int { Int(labelCount) }

    /// Where the organisation begins.
    var organisationStart: Int { Int(start) }

    /// The digits in the host part.
    var hostDigits: Int { Int(digits) }

    /// The hyphens in the host part.
    var hostHyphens: Int { Int(hyphens) }

    // Each session has up to three names, of 255 bytes at most: see `EnvelopeObserver`.
    private let labelCount: UInt16
    private let start: UInt16
    private let digits: UInt16
    private let hyphens: UInt16

    /// What the host part's words say.
    let role: Role

    /// Takes a name apart. O(length).
    package init(_ name: some Sequence<UInt8>) { self.init(Array(name)) }

    /// Takes a name apart. O(length).
    package init(_ name: [UInt8]) {
        var bytes = name
        for index in bytes.indices where 0x41...0x5a ~= bytes[index] { bytes[index] |= 0x20 }
        if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        self.init(folded: bytes)
    }

    private init(folded bytes: [UInt8]) {
        let dot = UInt8(ascii: ".")
        // Where the last labels begin, the last one first.
        var starts = (last: 0, second: 0, third: 0)
        var labels = bytes.isEmpty ? 0 : 1
        for index in bytes.indices where bytes[index] == dot {
            labels += 1
            starts = (index + 1, starts.last, starts.second)
        }
        let organisationStart: Int
        if labels <= 2 {
            organisationStart = 0
        } else if bytes.count - starts.last == 2,
            HostWords.secondLevels.contains(PackedWord(bytes[starts.second..<starts.last - 1]))
        {
            organisationStart = starts.third
        } else {
            organisationStart = starts.second
        }
        var digits = 0
        var hyphens = 0
        var word = PackedWord()
        var isMail = false
        var isAccess = false
        var isServer = false
        var hasWords = false
        for index in 0...organisationStart {
            let byte = index < organisationStart ? bytes[index] : dot
            if 0x61...0x7a ~= byte {
                word.append(byte)
                continue
            }
            if word.length > 1 {
                hasWords = true
                switch HostWords.kind(of: word) {
                case .mail: isMail = true
                case _ where word.beginsOrEndsWithMail: isMail = true
                case .access: isAccess = true
                case .server: isServer = true
                case nil: break
                }
            }
            word = PackedWord()
            if 0x30...0x39 ~= byte { digits += 1 }
            if byte == UInt8(ascii: "-") { hyphens += 1 }
        }
        role = isAccess ? .access : isMail ? .mail : isServer ? .server : hasWords ? .words : .none
        self.bytes = bytes
        start = UInt16(clamping: organisationStart)
        labelCount = UInt16(clamping: labels)
        self.digits = UInt16(clamping: digits)
        self.hyphens = UInt16(clamping: hyphens)
    }

    /// The organisation's part of the name.
    package var organisation: ArraySlice<UInt8> { bytes[organisationStart...] }

    /// The first label of the organisation's part.
    var organisationLabel: ArraySlice<UInt8> { organisation.prefix { $0 != UInt8(ascii: ".") } }

    /// The last label.
    var topLevel: ArraySlice<UInt8> {
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")) else { return bytes[...] }
        return bytes[(dot + 1)...]
    }

    /// How much of the client's address the name contains, 0...4: see `AddressTrace.parts(in:)`.
    func addressParts(of address: ClientAddress) -> Int {
        AddressTrace(of: address).parts(in: bytes)
    }
}
