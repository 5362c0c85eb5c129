/// Reads a body wherever it is cut: takes its parts apart, undoes their encodings, and finds the addresses in their texts.
///
/// Bounded whatever comes: so many parts within parts, so many bytes of a line that may divide parts.
struct BodyReader {
    private enum Place {
        /// The head of a part, or of an attached message.
        case head
        case text
        /// What is not looked at: other parts, what stands between parts.
        case passed
    }

    private static let deepest = 8
    private static let longestDivider = 200
    private static let longestField = 1_000

    private var place: Place
    /// What divides parts, the outermost first.
    private var boundaries: [[UInt8]] = []
    /// A line that may divide parts, as far as it has come; of a head, a field.
    private var line: [UInt8] = []
    private var isLineStart = true
    /// Whether the line so far may divide parts.
    private var mayDivide = false
    private var type = ContentType.plain
    private var encoding = TransferDecoder.Encoding.none
    private var decoder = TransferDecoder(.none)
    private var entities = EntityDecoder()
    private var scanner = URLScanner(isHTML: false)
    private var isHTML = false

    /// A reader of the body behind a head with these fields.
    init(type: ContentType = .plain, encoding: TransferDecoder.Encoding = .none) {
        place = .passed
        self.type = type
        self.encoding = encoding
        begin()
    }

    /// Takes a byte; hands on the addresses that it ends. Amortised O(1), and O(depth) at the end of a line.
    mutating func take(_ byte: UInt8, _ handOn: (ArraySlice<UInt8>) -> Void) {
        if place == .head { return takeHead(byte, handOn) }
        if isLineStart, !boundaries.isEmpty, byte == UInt8(ascii: "-") { mayDivide = true }
        isLineStart = byte == 0x0a
        guard mayDivide else { return pass(byte, handOn) }
        line.append(byte)
        let isDashed = line.count < 2 || line[1] == UInt8(ascii: "-")
        guard isDashed, line.count <= Self.longestDivider else { return giveBack(handOn) }
        guard byte == 0x0a else { return }
        guard !divide(handOn) else { return }
        giveBack(handOn)
    }

    /// The body is over.
    mutating func finish(_ handOn: (ArraySlice<UInt8>) -> Void) {
        if mayDivide, !divide(handOn) { giveBack(handOn) }
        endText(handOn)
    }

    /// What looked like a divider is text.
    private mutating func giveBack(_ handOn: (ArraySlice<UInt8>) -> Void) {
        let text = line
        line.removeAll(keepingCapacity: true)
        mayDivide = false
        for byte in text { pass(byte, handOn) }
    }

    private mutating func pass(_ byte: UInt8, _ handOn: (ArraySlice<UInt8>) -> Void) {
        guard place == .text else { return }
        var texts = DecodedBytes()
        decoder.take(byte) { texts.append($0) }
        for index in 0..<texts.count { read(texts.bytes[index], handOn) }
    }

    private mutating func read(_ byte: UInt8, _ handOn: (ArraySlice<UInt8>) -> Void) {
        guard isHTML else { return scanner.take(byte, handOn) }
        var signs = DecodedBytes()
        entities.take(byte) { signs.append($0) }
        for index in 0..<signs.count { scanner.take(signs.bytes[index], handOn) }
    }

    /// Whether the line divides parts; if so, the next one has begun, or the parts are over.
    private mutating func divide(_ handOn: (ArraySlice<UInt8>) -> Void) -> Bool {
        var end = line.endIndex
        while end > 0, line[end - 1] <= 0x20 { end -= 1 }
        let text = line[..<end].dropFirst(2)
        for (depth, boundary) in boundaries.enumerated().reversed() where text.starts(with: boundary) {
            let rest = text.dropFirst(boundary.count)
            guard rest.isEmpty || rest.elementsEqual("--".utf8) else { continue }
            endText(handOn)
            line.removeAll(keepingCapacity: true)
            mayDivide = false
            boundaries.removeSubrange((rest.isEmpty ? depth + 1 : depth)...)
            place = rest.isEmpty ? .head : .passed
            (type, encoding) = (.plain, .none)
            return true
        }
        return false
    }

    /// The text of a part is over.
    private mutating func endText(_ handOn: (ArraySlice<UInt8>) -> Void) {
        guard place == .text else { return }
        var signs = DecodedBytes()
        entities.flush { signs.append($0) }
        for index in 0..<signs.count { scanner.take(signs.bytes[index], handOn) }
        scanner.finish(handOn)
    }

    // MARK: Heads

    private mutating func takeHead(_ byte: UInt8, _ handOn: (ArraySlice<UInt8>) -> Void) {
        if isLineStart, byte != 0x20, byte != 0x09, !line.isEmpty {
            // The field before is complete.
            takeField()
            line.removeAll(keepingCapacity: true)
        }
        if isLineStart, byte == 0x0a || byte == 0x0d && line.isEmpty {
            if byte == 0x0a {
                line.removeAll(keepingCapacity: true)
                return begin()
            }
            return
        }
        isLineStart = byte == 0x0a
        if line.count < Self.longestField { line.append(byte) }
        // A divider where a head was to be: an empty part.
        guard byte == 0x0a, line.starts(with: "--".utf8) else { return }
        if !divide(handOn) { line.removeAll(keepingCapacity: true) }
    }

    private mutating func takeField() {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = line[..<colon].filter { $0 > 0x20 }.map(TokenShape.lowercased)
        let value = Array(line[(colon + 1)...])
        if name.elementsEqual("content-type".utf8) {
            type = ContentType(value)
        } else if name.elementsEqual("content-transfer-encoding".utf8) {
            encoding = TransferDecoder.Encoding(value.filter { $0 > 0x20 }.map(TokenShape.lowercased))
        }
    }

    /// A head is over: what it announces begins.
    private mutating func begin() {
        isLineStart = true
        switch type.kind {
        case .text(let isHTML):
            place = .text
            self.isHTML = isHTML
            decoder = TransferDecoder(encoding)
            entities = EntityDecoder()
            scanner = URLScanner(isHTML: isHTML)
        case .multipart(let boundary):
            place = .passed
            if boundaries.count < Self.deepest { boundaries.append(boundary) }
        case .message:
            place = .head
            (type, encoding) = (.plain, .none)
        case .other: place = .passed
        }
    }
}

/// The few bytes that one byte of a text can complete, without memory of their own.
private struct DecodedBytes {
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    var count = 0

    mutating func append(_ byte: UInt8) {
        guard count < 16 else { return }
        bytes[count] = byte
        count += 1
    }
}
