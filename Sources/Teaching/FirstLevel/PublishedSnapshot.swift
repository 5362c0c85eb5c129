internal import Files
internal import FoundationEssentials
public import SMTP
public import Signing

/// What a server has published last: a small file, by which it does not compute again what it would publish again.
public struct PublishedSnapshot: Hashable, Sendable {
    /// What it was computed of: ``GroupServer/inputDigest()``.
    public var input: PayloadDigest

    /// Its number.
    public var sequence: UInt64

    /// What it is of.
    public var until: UnixTime

    /// A snapshot that was published.
    public init(input: PayloadDigest, sequence: UInt64, until: UnixTime) {
        self.input = input
        self.sequence = sequence
        self.until = until
    }

    /// Reads the file; `nil` where there is none or it cannot be read, which costs a computation and nothing else.
    public init?(file: String) {
        guard let data = FileManager.default.contents(atPath: file), data.count < 4_096 else { return nil }
        let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 5, words[0] == "argot-published", words[1] == "1", let input = PayloadDigest(words[2]),
            let sequence = UInt64(words[3]), let until = Int64(words[4]), 0..<1 << 40 ~= until
        else { return nil }
        self.init(input: input, sequence: sequence, until: UnixTime(seconds: until))
    }

    /// Writes the file, all or nothing.
    public func write(_ file: String) throws(DocumentFault) {
        try OutputFile.write(
            "argot-published 1\n\(input) \(sequence) \(until.seconds)\n", replacing: file, mode: 0o640)
    }
}
