public import Documents

/// Reads and writes envelope models as text: one statement a line, words separated by one blank.
///
/// ```
/// argot-envelopes 1
/// origin spam 14000 9000 honest 4600 80     mails and senders
/// moment before-data
/// bias -0.25
/// calibration 0.9 0.05                      slope and offset
/// border 2.31                               optional: from which score on an envelope is spam's
/// weight helo.form single 1.25              question, answer, weight
/// ```
///
/// Blanks, percent signs, control and 8-bit characters of an answer are written as `%` and two hexadecimal digits.
/// Empty lines and lines that begin with `#` are skipped.
public enum EnvelopeModelDocument {
    /// The format's name and version: the first line.
    public static let signature = "argot-envelopes 1"

    /// The most weights a model may have.
    public static let mostWeights = 1_000_000

    /// The longest line, in bytes.
    public static let longestLine = 65_536

    /// The maximum number of faults reported at once.
    public static let mostFaults = 20

    /// The model as text. Reading it back gives the same model, bit for bit.
    public static func text(for model: EnvelopeModel) -> String {
        let origin = model.origin
        var text = signature + "\n"
        text += "origin spam \(origin.spamMails) \(origin.spamSenders)"
        text += " honest \(origin.honestMails) \(origin.honestSenders)\n"
        for moment in EnvelopeMoment.allCases {
            let part = model[moment]
            text += "moment \(moment.rawValue)\nbias \(part.bias)\ncalibration \(part.slope) \(part.offset)\n"
            if let border = part.border { text += "border \(border)\n" }
            for (token, weight) in part.weights {
                text += "weight \(token.group.word) \(escaped(token.bytes)) \(weight)\n"
            }
        }
        return text
    }

    /// Reads a model.
    ///
    /// - Throws: the first faults, each with its line. O(length).
    public static func model(from document: some Sequence<UInt8>, file: String) throws(DocumentFaults)
        -> EnvelopeModel
    {
        var reader = EnvelopeModelReader(file: file)
        reader.read(document)
        return try reader.finish()
    }

    static func escaped(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        escape(bytes, into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends bytes, escaped.
    static func escape(_ bytes: some Collection<UInt8>, into out: inout [UInt8]) {
        guard !bytes.isEmpty else { return out.append(UInt8(ascii: "%")) }
        for byte in bytes {
            if 0x21...0x7e ~= byte, byte != UInt8(ascii: "%") {
                out.append(byte)
            } else {
                out.append(UInt8(ascii: "%"))
                out.append(hexDigit(byte >> 4))
                out.append(hexDigit(byte & 15))
            }
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    static func unescaped(_ text: Substring) -> [UInt8]? {
        if text == "%" { return [] }
        var out: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                out.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy(isHexDigit),
                let value = UInt8(String(Substring(digits)), radix: 16)
            else { return nil }
            out.append(value)
            rest = rest.dropFirst(2)
        }
        return out
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x41...0x46 ~= byte || 0x61...0x66 ~= byte
    }
}
