/// A message as the MTA takes it apart for a filter.
public struct MessageContent: Hashable, Sendable {
    /// One header.
    public struct Header: Hashable, Sendable {
        /// What stands before the colon, without trailing blanks.
        public var name: String
        /// Everything behind the colon; continuation lines are parted by a line feed.
        public var value: String

        /// A header.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The headers in order.
    public var headers: [Header]
    /// The body, lines ended by CR LF.
    public var body: [UInt8]

    /// A message in parts.
    public init(headers: [Header], body: [UInt8]) {
        self.headers = headers
        self.body = body
    }

    /// A message as lines without line ends.
    ///
    /// As in Postfix the headers end at an empty line, which belongs to no part, or before the first line that is
    /// neither a header nor the continuation of one, which belongs to the body.
    public init(lines: [String]) {
        headers = []
        var rest = lines[...]
        while let line = rest.first {
            if (line.hasPrefix(" ") || line.hasPrefix("\t")) && !headers.isEmpty {
                headers[headers.count - 1].value += "\n" + line
            } else if let header = MessageContent.header(line) {
                headers.append(header)
            } else {
                break
            }
            rest.removeFirst()
        }
        if rest.first == "" { rest.removeFirst() }
        body = rest.flatMap { ByteText.bytes($0) + [0x0D, 0x0A] }
    }

    private static func header(_ line: String) -> Header? {
        let label = /([!-9;-~]+)[ \t]*:/.matchingSemantics(.unicodeScalar)
        guard let match = line.prefixMatch(of: label) else { return nil }
        return Header(String(match.1), String(line.unicodeScalars[match.range.upperBound...]))
    }
}
