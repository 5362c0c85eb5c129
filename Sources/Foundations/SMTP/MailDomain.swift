private import CIDN2

/// The one form in which names of domains and hosts are compared, stored and hashed, however they were written.
///
/// `Bücher.example`, `XN--BCHER-KVA.example.`, `bücher。example` and `xn--bcher-kva.example` are one domain: its labels
/// are A-labels (RFC 5890), in lower case, without the root's dot at the end. U-labels are converted by libidn2 after
/// IDNA 2008 with the mapping of Unicode TR46, non-transitional. A label that cannot be converted keeps its bytes, in
/// lower case: a name that is not one still has a form, and a bad label does not hide the good ones beside it.
public enum MailDomain {
    /// The folded form of `name`. A leading dot, which means everything below in lists, stays.
    ///
    /// Names in lower case ASCII come back as they are; the library is asked about other than ASCII only. O(length).
    public static func folded(_ name: String) -> String {
        let bytes = name.utf8.span
        var isFolded = true
        for index in bytes.indices {
            guard bytes[index] < 0x80 else { return converted(name) }
            if 0x41...0x5a ~= bytes[index] { isFolded = false }
        }
        if bytes.count > 0, bytes[bytes.count - 1] == UInt8(ascii: ".") { return withoutRoot(name.lowercased()) }
        return isFolded ? name : name.lowercased()
    }

    /// The same of a part of a text.
    ///
    /// Rooms ask this of every session: what they have is a `String` or is made one here, since a generic function of another
    /// module costs ten times as much.
    @inlinable
    public static func folded(_ name: some StringProtocol) -> String { folded(String(name)) }

    /// A longer text is not a name; what it costs to convert is not spent on it.
    private static let maximumByteCount = 1_024

    private static func converted(_ name: String) -> String {
        guard name.utf8.count <= maximumByteCount else { return withoutRoot(name.lowercased()) }
        let labels = name.unicodeScalars.split(omittingEmptySubsequences: false) { isDot($0) }
        return withoutRoot(labels.map { label(String($0)) }.joined(separator: "."))
    }

    /// The full stops that IDNA knows (RFC 3490 section 3.1, which TR46 maps to the first).
    private static func isDot(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "." || scalar == "\u{3002}" || scalar == "\u{ff0e}" || scalar == "\u{ff61}"
    }

    /// One label. An ASCII one is what it is: an A-label, by its bytes, is the name that is looked up.
    private static func label(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }), !text.utf8.contains(0) else { return text.lowercased() }
        var output: UnsafeMutablePointer<UInt8>?
        let flags = IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue
        // The text is a NUL-terminated copy that lives through the call.
        let result = unsafe text.withCString { input in
            unsafe input.withMemoryRebound(to: UInt8.self, capacity: text.utf8.count + 1) {
                unsafe idn2_lookup_u8($0, &output, Int32(bitPattern: flags))
            }
        }
        guard result == IDN2_OK.rawValue, let bytes = unsafe output else { return text.lowercased() }
        // What the library has allocated is NUL-terminated, and freed by the library after it was copied.
        defer { unsafe idn2_free(bytes) }
        return unsafe String(cString: bytes).lowercased()
    }

    private static func withoutRoot(_ name: String) -> String {
        var name = name
        while name.utf8.last == UInt8(ascii: ".") { name.unicodeScalars.removeLast() }
        return name
    }
}
