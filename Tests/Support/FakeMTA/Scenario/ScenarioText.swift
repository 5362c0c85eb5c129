/// The small notations of scenario files.
enum ScenarioText {
    /// Whether a text is the pattern, or begins with it as far as its final `...`.
    static func matches(_ text: String, pattern: String) -> Bool {
        pattern.hasSuffix("...") ? text.hasPrefix(pattern.dropLast(3)) : text == pattern
    }

    /// Replaces the escapes of a line to be sent; nil if there is one that is none.
    static func unescaped(_ text: some StringProtocol) -> String? {
        var result = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                result.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "\\": result.append("\\")
            case "t": result.append("\t")
            case "r": result.append("\r")
            case "n": result.append("\n")
            case "0": result.append("\0")
            case "x":
                guard rest.count >= 2, let byte = UInt8(String(rest.prefix(2)), radix: 16) else { return nil }
                result.append(ByteText.scalar(byte))
                rest.removeFirst(2)
            default: return nil
            }
        }
        return String(result)
    }
}
