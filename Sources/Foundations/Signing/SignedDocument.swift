public import SMTP

/// A document that somebody has signed: a header of a few lines of text, an empty line, and the payload's bytes.
///
///     argot-signed 1
///     kind snapshot
///     signer 1f0c…           sixteen digits: who has signed
///     sequence 42            grows with every document of this signer and kind
///     time 1793212800        seconds since 1970: what the payload is of
///     payload 18342 5be1…    its length in bytes and its BLAKE2b-256 digest
///     signature 90ac…        Ed25519, of all lines above with their line ends
///
/// There is one spelling of a header: anything else is refused. The signature is checked before a byte of the payload is
/// looked at. That a sequence was seen before, and how old is too old, is for who reads to judge.
public struct SignedDocument: Sendable {
    /// What the signed lines say.
    public struct Header: Hashable, Sendable {
        /// What the payload is, a word.
        public var kind: String

        /// Who has signed.
        public var signer: SignerID

        /// Grows with every document of this signer and kind.
        public var sequence: UInt64

        /// What the payload is of.
        public var time: UnixTime

        /// The payload's length in bytes.
        public var length: Int

        /// The payload's digest.
        public var digest: PayloadDigest
    }

    /// The version that is written and read.
    public static let version = 1

    /// How far ahead of the reader's clock a document may be dated, in seconds.
    public static let tolerance: Int64 = 3_600

    /// The longest header, in bytes.
    static let longestHeader = 1_024

    /// The header, whose signature was found good.
    public let header: Header

    /// The payload, whose digest was found to be the header's.
    public let payload: [UInt8]

    /// The document of a payload, as bytes. Equal parts give equal bytes. O(length).
    ///
    /// - Parameter kind: a word of lower-case letters.
    public static func bytes(
        kind: String, sequence: UInt64, time: UnixTime, payload: [UInt8], key: SigningKey
    ) -> [UInt8] {
        let header = Header(
            kind: kind, signer: key.publicKey.id, sequence: sequence, time: time, length: payload.count,
            digest: PayloadDigest(of: payload))
        let signed = Array(header.text.utf8)
        var bytes = signed
        bytes += "signature \(Hexadecimal.text(key.signature(of: signed)))\n\n".utf8
        bytes += payload
        return bytes
    }

    /// Reads a document and believes it only if one of `keys` has signed it. O(length).
    ///
    /// - Parameters:
    ///   - bytes: the whole document.
    ///   - kind: the kind that is wanted.
    ///   - keys: whose documents are read.
    ///   - limit: the longest payload, in bytes.
    ///   - now: the reader's clock, for what is dated ahead of it.
    public init(
        _ bytes: [UInt8], kind: String, keys: [PublicKey], limit: Int, now: UnixTime
    ) throws(SignedDocumentFault) {
        let (header, start) = try Self.signedHeader(of: bytes, kind: kind, keys: keys)
        guard header.length <= limit else { throw .tooLarge(header.length, limit: limit) }
        let rest = bytes.count - start
        guard rest == header.length else {
            throw rest < header.length ? .truncated(rest, of: header.length) : .trailing(rest - header.length)
        }
        let payload = Array(bytes[start...])
        guard PayloadDigest(of: payload) == header.digest else { throw .damaged }
        guard header.time - now <= Self.tolerance else {
            throw .ahead(header.time)
        }
        self.header = header
        self.payload = payload
    }

    /// The header of a document that one of `keys` has signed. The first bytes are enough, and the payload is not looked
    /// at: for telling which of two documents is newer.
    public static func header(of bytes: [UInt8], kind: String, keys: [PublicKey]) throws(SignedDocumentFault) -> Header
    {
        try signedHeader(of: bytes, kind: kind, keys: keys).header
    }

    /// A header whose signature is good, and where the payload begins.
    private static func signedHeader(
        of bytes: [UInt8], kind: String, keys: [PublicKey]
    ) throws(SignedDocumentFault) -> (header: Header, payload: Int) {
        let (header, signed, signature, start) = try header(of: bytes)
        guard header.kind == kind else { throw .wrongKind(header.kind, wanted: kind) }
        guard let key = keys.first(where: { $0.id == header.signer }) else { throw .unknownSigner(header.signer) }
        guard key.isSignature(signature, of: Array(bytes[..<signed])) else { throw .forged(header.signer) }
        return (header, start)
    }

    /// Who claims to have signed these bytes, unproven: for messages. `nil` where no header can be read.
    public static func claimedSigner(of bytes: [UInt8]) -> SignerID? { try? header(of: bytes).header.signer }

    /// Takes a header apart.
    ///
    /// - Returns: the header, how many bytes of it are signed, the signature, and where the payload begins.
    private static func header(
        of bytes: [UInt8]
    ) throws(SignedDocumentFault) -> (header: Header, signed: Int, signature: [UInt8], payload: Int) {
        var start = 0
        var starts: [Int] = []
        var lines: [String] = []
        let end = min(bytes.count, longestHeader)
        while let lineEnd = bytes[start..<end].firstIndex(of: 0x0a) {
            starts.append(start)
            lines.append(String(decoding: bytes[start..<lineEnd], as: UTF8.self))
            start = lineEnd + 1
            if lines.count == 1 { try checkTitle(lines[0]) }
            if lineEnd == starts[lines.count - 1] { break }
        }
        guard let title = lines.first else { throw bytes.isEmpty ? .empty : .notSigned }
        guard lines.count == 8, lines[7].isEmpty else {
            throw bytes.count < longestHeader && lines.last != "" ? .truncatedHeader : .malformed(line: lines.count)
        }
        func words(_ line: Int, _ verb: String, _ count: Int) throws(SignedDocumentFault) -> [Substring] {
            let words = lines[line].split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == count + 1, words[0] == verb else { throw .malformed(line: line + 1) }
            return Array(words.dropFirst())
        }
        let kind = try words(1, "kind", 1)[0]
        guard let signer = SignerID(try words(2, "signer", 1)[0]) else { throw .malformed(line: 3) }
        guard let sequence = UInt64(try words(3, "sequence", 1)[0]) else { throw .malformed(line: 4) }
        guard let seconds = Int64(try words(4, "time", 1)[0]), seconds.magnitude < 1 << 40 else {
            throw .malformed(line: 5)
        }
        let payload = try words(5, "payload", 2)
        guard let length = Int(payload[0]), length >= 0, let digest = PayloadDigest(payload[1]) else {
            throw .malformed(line: 6)
        }
        guard
            let signature = Hexadecimal.bytes(
                try words(6, "signature", 1)[0].utf8, count: SigningKey.signatureByteCount)
        else { throw .malformed(line: 7) }
        let header = Header(
            kind: String(kind), signer: signer, sequence: sequence, time: UnixTime(seconds: seconds), length: length,
            digest: digest)
        // One spelling: signs, leading zeros and capital digits are not it.
        guard lines[6].hasSuffix(Hexadecimal.text(signature)), header.text == lines[..<6].map({ $0 + "\n" }).joined(),
            title == "argot-signed \(version)"
        else {
            throw .malformed(line: 1)
        }
        return (header, starts[6], signature, start)
    }

    private static func checkTitle(_ line: String) throws(SignedDocumentFault) {
        let words = line.split(separator: " ")
        guard words.count == 2, words[0] == "argot-signed", let number = Int(words[1]) else { throw .notSigned }
        guard number == version else { throw .otherVersion(number) }
    }
}

extension SignedDocument.Header {
    /// The signed lines.
    fileprivate var text: String {
        """
        argot-signed \(SignedDocument.version)
        kind \(kind)
        signer \(signer)
        sequence \(sequence)
        time \(time.seconds)
        payload \(length) \(digest)

        """
    }
}
