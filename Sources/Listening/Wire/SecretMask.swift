/// What stands in the place of a secret, and how it is put there.
///
/// A mask says that something was said, never how long it was: a run of masked bytes becomes eight `x`, whatever its
/// length. Line ends stay, so that lines can be told.
public enum SecretMask {
    private static let run = [UInt8](repeating: UInt8(ascii: "x"), count: 8)

    /// Appends `bytes` masked.
    static func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
        var isRunning = false
        for byte in bytes {
            if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
                output.append(byte)
                isRunning = false
            } else if !isRunning {
                output += run
                isRunning = true
            }
        }
    }

    /// A command line that stands alone, such as a mail server shows a filter when it does not know the command. What is
    /// no known word is masked, since it may be a user name or a password that was sent without being asked for.
    public static func command(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        let found = LoginLine(line, isWhole: true, isWary: true)
        guard let secret = found.secret else { return Array(line) }
        let from = line.startIndex + secret.from
        let to = secret.to.map { line.startIndex + $0 } ?? line.endIndex
        output += line[..<from]
        append(line[from..<to], to: &output)
        output += line[to...]
        return output
    }
}
