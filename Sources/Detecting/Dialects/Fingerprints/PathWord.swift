import SMTP

/// MAIL and RCPT as words of a fingerprint: the command as spelt, brackets, and whether SIZE is named and how.
///
/// The null path counts as an address: bounces are no dialect. Other parameters depend on the message.
enum PathWord {
    /// The word for the arguments of MAIL or RCPT, separated by NUL, behind `verb`. O(number of bytes).
    static func bytes(verb: some Collection<UInt8>, path: Span<UInt8>, namesSize: Bool) -> [UInt8] {
        var word = Array(verb)
        let end = min(path.count, EventReader.longestArgument)
        let isBracketed = end > 0 && path[0] == UInt8(ascii: "<")
        word += (isBracketed ? "<>" : "address").utf8
        guard namesSize else { return word }
        var start = 0
        while start < end {
            if path[start] == 0, let size = size(path, from: start + 1, to: end) {
                word.append(UInt8(ascii: " "))
                word += size
                break
            }
            start += 1
        }
        return word
    }

    /// The letters of `SIZE=` as spelt, if they begin here.
    private static func size(_ path: Span<UInt8>, from start: Int, to end: Int) -> [UInt8]? {
        guard end - start >= 5, path[start + 4] == UInt8(ascii: "=") else { return nil }
        let name = (start..<(start + 4)).map { path[$0] }
        return name.map { $0 & 0xdf }.elementsEqual("SIZE".utf8) ? name : nil
    }
}
