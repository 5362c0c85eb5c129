public import SMTP

/// Why a document is not believed.
public enum SignedDocumentFault: Error, Hashable, Sendable {
    /// There is nothing in it.
    case empty

    /// It is not a signed document at all.
    case notSigned

    /// It is of another version, most likely a newer one.
    case otherVersion(Int)

    /// A line of its header is not as it must be, counted from 1.
    case malformed(line: Int)

    /// It ends within its header.
    case truncatedHeader

    /// It is of another kind than what was wanted.
    case wrongKind(String, wanted: String)

    /// None of the keys given is its signer's.
    case unknownSigner(SignerID)

    /// The signature is not that of whom it names.
    case forged(SignerID)

    /// The payload is longer than allowed, in bytes.
    case tooLarge(Int, limit: Int)

    /// It ends early: so many bytes of the payload are there.
    case truncated(Int, of: Int)

    /// Bytes follow the payload.
    case trailing(Int)

    /// The payload is not the one that was signed.
    case damaged

    /// It is dated ahead of the reader's clock.
    case ahead(UnixTime)
}

extension SignedDocumentFault: CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .empty: "is empty: transfer it again"
        case .notSigned: "is not a signed document of Argot: check that it is the right file"
        case .otherVersion(let number):
            "is of version \(number), and this Argot reads version \(SignedDocument.version): update Argot"
        case .malformed(let line): "has a header that Argot does not write (line \(line)): transfer it again"
        case .truncatedHeader: "ends within its header: transfer it again"
        case .wrongKind(let kind, let wanted):
            "is a \(PrintableText(String(kind.prefix(40)))), not a \(wanted): check that it is the right file"
        case .unknownSigner(let signer): "is signed by \(signer), whose key is not among those configured here"
        case .forged(let signer): "is not signed by \(signer), though it says so: forged, or damaged on the way"
        case .tooLarge(let length, let limit): "has \(length) bytes, more than the \(limit) that are read"
        case .truncated(let count, let length):
            "ends after \(count) of \(length) bytes: transfer it again, and move it into place only when it is whole"
        case .trailing(let count): "has \(count) bytes behind its end: transfer it again"
        case .damaged: "is not what was signed: damaged on the way; transfer it again"
        case .ahead(let time):
            "is dated \(time.seconds) (seconds since 1970), ahead of this machine's clock: check both clocks"
        }
    }
}
