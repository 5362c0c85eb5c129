/// A configuration file taken apart into `key = value` entries; no key's meaning is looked at.
///
/// A line that starts with white space continues the setting before it. Empty lines and lines whose first visible
/// character is `#` count for nothing, wherever they stand.
public struct ConfigurationFile: Sendable {
    /// The longest line in bytes.
    public static let maximumLineLength = 4_096

    /// The largest file in bytes.
    public static let maximumLength = 1 << 20

    /// The file's name, as it appears in messages.
    public let name: String

    /// The settings that could be read, in order.
    public private(set) var entries: [ConfigurationEntry] = []

    /// What could not be read, in order.
    public private(set) var errors: [ConfigurationError] = []

    private var open: ConfigurationEntry?
    private var isSkipping = false
    private var firstLines: [String: Int] = [:]

    /// Takes a file's bytes apart. O(length).
    public init(name: String, bytes: some Collection<UInt8>) {
        self.name = name
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            fail(.notUTF8, line: 1, problem: "the file is UTF-16", remedy: "save it as UTF-8")
            return
        }
        let text = Array(bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...])
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            read(line.last == UInt8(ascii: "\r") ? line.dropLast() : line, number: index + 1)
        }
        close()
    }

    private mutating func read(_ line: ArraySlice<UInt8>, number: Int) {
        let visible = line.trimmingBlanks
        guard let first = visible.first, first != UInt8(ascii: "#") else { return }
        let isContinuation = visible.startIndex != line.startIndex
        if !isContinuation { close() }
        guard let text = text(of: visible, line: number) else { return skip() }
        if isContinuation {
            continueEntry(with: text, line: number)
        } else {
            startEntry(with: text, line: number)
        }
    }

    /// The line's text, unless it holds what no text holds.
    private mutating func text(of line: ArraySlice<UInt8>, line number: Int) -> String? {
        guard line.count <= Self.maximumLineLength else {
            fail(
                .lineTooLong, line: number, problem: "the line has \(line.count) bytes",
                remedy: "break it after at most \(Self.maximumLineLength) and start the next line with a blank")
            return nil
        }
        guard !line.contains(0) else {
            fail(
                .nulByte, line: number, problem: "the line contains a zero byte", remedy: "save the file as plain text")
            return nil
        }
        if let control = line.first(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7f }) {
            fail(
                .controlCharacter, line: number, problem: "the line contains the control character \(control)",
                remedy: "remove it")
            return nil
        }
        guard let text = String(validating: line, as: UTF8.self) else {
            fail(.notUTF8, line: number, problem: "the line is not UTF-8", remedy: "save the file as UTF-8")
            return nil
        }
        return text
    }

    private mutating func startEntry(with text: String, line: Int) {
        let bytes = Array(text.utf8)
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else {
            let word = String(decoding: bytes.prefix { $0 != 0x20 && $0 != 0x09 && $0 != 0x3a }, as: UTF8.self)
            let key = ConfigurationKey.named(word)?.name
            fail(
                .missingEquals, line: line, key: key, problem: "there is no \"=\" in \(QuotedText(text))",
                remedy: "write \(key ?? "KEY") = VALUE, or # before a comment")
            return skip()
        }
        let key = String(decoding: bytes[..<equals].trimmingBlanks, as: UTF8.self)
        let value = String(decoding: bytes[(equals + 1)...].trimmingBlanks, as: UTF8.self)
        if let firstLine = firstLines[key] {
            fail(
                .duplicateKey, line: line, key: QuotedText.name(key), problem: "already set on line \(firstLine)",
                remedy: "keep one of the two")
        } else {
            firstLines[key] = line
        }
        guard isFreeOfComment(value, key: key, line: line) else { return skip() }
        isSkipping = false
        open = ConfigurationEntry(key: key, value: value, source: .file(name, line: line))
    }

    private mutating func continueEntry(with text: String, line: Int) {
        guard !isSkipping else { return }
        guard let key = open?.key else {
            fail(
                .orphanContinuation, line: line,
                problem: "the line starts with a blank but there is no setting to continue",
                remedy: "remove the blank")
            return skip()
        }
        let name = String(decoding: text.utf8.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
        let word = String(decoding: Array(name.utf8)[...].trimmingBlanks, as: UTF8.self)
        if name.utf8.count < text.utf8.count, ConfigurationKey.named(word) != nil {
            fail(
                .indentedSetting, line: line, key: word,
                problem: "the blank before it makes it part of \(QuotedText.name(key))",
                remedy: "start the line with \(word)")
            return skip()
        }
        guard isFreeOfComment(text, key: key, line: line) else { return skip() }
        open?.append(text, line: line)
    }

    private mutating func isFreeOfComment(_ text: String, key: String, line: Int) -> Bool {
        let bytes = Array(text.utf8)
        let comment = bytes.indices.first { index in
            bytes[index] == UInt8(ascii: "#") && (index == 0 || bytes[index - 1] == 0x20 || bytes[index - 1] == 0x09)
        }
        guard let comment else { return true }
        fail(
            .trailingComment, line: line, key: QuotedText.name(key),
            problem: "\(QuotedText(String(decoding: bytes[comment...], as: UTF8.self))) is part of the value",
            remedy: "put the comment on a separate line")
        return false
    }

    /// Ends the setting that was being read.
    private mutating func close() {
        if let open { entries.append(open) }
        open = nil
        isSkipping = false
    }

    /// Gives up the setting that is being read, with the lines that continue it.
    private mutating func skip() {
        open = nil
        isSkipping = true
    }

    private mutating func fail(
        _ code: ConfigurationError.Code, line: Int, key: String? = nil, problem: String, remedy: String
    ) {
        errors.append(
            ConfigurationError(code, at: .file(name, line: line), key: key, problem: problem, remedy: remedy))
    }
}

extension ArraySlice<UInt8> {
    /// The slice without blanks and tabs at either end; its indices are kept.
    var trimmingBlanks: ArraySlice<UInt8> {
        let isVisible: (UInt8) -> Bool = { $0 != 0x20 && $0 != 0x09 }
        guard let first = firstIndex(where: isVisible), let last = lastIndex(where: isVisible) else {
            return self[endIndex..<endIndex]
        }
        return self[first...last]
    }
}
