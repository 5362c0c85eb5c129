public import SMTP

/// The text of a document, which is UTF-8 or none.
public enum DocumentText {
    /// The text of a document; a byte order mark before it is left out. O(length).
    ///
    /// - Throws: the first place that is not UTF-8, with its line, counted from 1, and what to do.
    public static func text(of document: some Sequence<UInt8>, file: String) throws(DocumentFault) -> String {
        let bytes = Array(document)
        if let text = String(validating: bytes, as: UTF8.self) {
            return text.utf8.starts(with: [0xef, 0xbb, 0xbf]) ? String(text.unicodeScalars.dropFirst()) : text
        }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            throw DocumentFault(file: file, line: 1, problem: "the file is UTF-16: save it as UTF-8")
        }
        if bytes.starts(with: [0x1f, 0x8b]) {
            throw DocumentFault(file: file, line: 0, problem: "the file is compressed: unpack it with gunzip")
        }
        let place = validLength(bytes)
        let line = bytes[..<place].count { $0 == 0x0a } + 1
        let start = bytes[..<place].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        let digits = String(bytes[place], radix: 16, uppercase: true)
        throw DocumentFault(
            file: file, line: line,
            problem:
                "byte \(place - start + 1) of the line, 0x\(digits), is not UTF-8 text: correct it, or save the file as "
                + "UTF-8")
    }

    /// How many bytes come before the first one that is not UTF-8; less than `bytes.count`, since there is one.
    private static func validLength(_ bytes: [UInt8]) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var length = 0
        while case .valid(let scalar) = parser.parseScalar(from: &input) { length += scalar.count }
        return min(length, bytes.count - 1)
    }
}
