import SMTP

/// The line of the client that is being read.
struct PendingLine: Sendable {
    /// As much of a line as is looked at to know it.
    static let headBytes = 1_024

    /// The beginning of the line.
    private(set) var head: [UInt8] = []
    /// How many bytes of the line have come.
    private(set) var count = 0
    /// Whether what comes of the line from now on is masked.
    var isMasked = false
    /// Whether the beginning of the line is missing.
    private(set) var isLost = false
    /// Whether the line before was DATA and nothing else was said since.
    var isAfterData = false
    /// Whether no byte of the content or chunk has come.
    var isContentNew = false

    /// Whether nothing of it has come.
    var isEmpty: Bool { count == 0 && !isLost }

    mutating func append(_ part: ArraySlice<UInt8>) {
        head += part.prefix(max(0, Self.headBytes - head.count))
        count += part.count
    }

    /// Its end has come.
    mutating func reset() {
        head.removeAll(keepingCapacity: true)
        count = 0
        isMasked = false
        isLost = false
    }

    /// Bytes are missing: what comes next is the rest of some line, or a line.
    mutating func lose() {
        reset()
        isAfterData = false
        isLost = true
    }
}

extension SecretRedactor {
    /// Reads up to the end of a command line or of the piece; returns what follows.
    mutating func readLine(_ bytes: ArraySlice<UInt8>, _ text: inout Text) -> ArraySlice<UInt8> {
        let end = bytes.firstIndex(of: 0x0a)
        let part = bytes[..<(end ?? bytes.endIndex)]
        let start = line.count
        let isKnown = start < PendingLine.headBytes && start + part.count <= PendingLine.headBytes
        line.append(part)
        let found = LoginLine(line.head[...], isWhole: end != nil, isWary: trust != .open)
        write(part, from: start, found, isKnown: isKnown, &text)
        guard let end else { return [] }
        text.bytes.append(0x0a)
        endLine(found)
        return bytes[(end + 1)...]
    }

    private mutating func write(
        _ part: ArraySlice<UInt8>, from start: Int, _ found: LoginLine, isKnown: Bool, _ text: inout Text
    ) {
        if trust == .guarded, found.kind != .nothing { line.isMasked = true }
        // What lies beyond the bytes that are looked at, of a line that is not known by them.
        if !isKnown, found.secret == nil, found.kind == .login || found.kind == .open { line.isMasked = true }
        if line.isMasked { return SecretMask.append(part, to: &text.bytes) }
        guard let secret = found.secret else {
            text.bytes += part
            return
        }
        // Offsets in the line to places in this part of it.
        func place(_ offset: Int) -> Int { min(max(part.startIndex, part.startIndex + offset - start), part.endIndex) }
        let from = place(secret.from)
        let to = secret.to.map(place) ?? part.endIndex
        text.bytes += part[..<from]
        SecretMask.append(part[from..<to], to: &text.bytes)
        text.bytes += part[to...]
        if secret.to == nil, found.kind != .harmless { line.isMasked = true }
    }

    private mutating func endLine(_ found: LoginLine) {
        let head = line.head
        line.reset()
        line.isAfterData = false
        guard trust != .guarded else {
            if isChallenged { isChallenged = false } else { uncertainLines += 1 }
            outstanding.append(.login)
            return
        }
        switch found.kind {
        case .command(let verb) where verb != .auth: follow(verb, head[...])
        case .command, .login: beginLogin()
        case .nothing, .harmless, .open: outstanding.append(.other)
        case .unknown: if trust == .wary { beginLogin() } else { outstanding.append(.other) }
        }
    }

    /// A login has begun, or may have.
    private mutating func beginLogin() {
        outstanding.append(.login)
        trust = .guarded
        isChallenged = false
    }

    // MARK: Content

    /// Reads content up to its end, or to a line that may be an AUTH; returns what follows.
    mutating func readContent(_ bytes: ArraySlice<UInt8>, matched: Int, _ text: inout Text) -> ArraySlice<UInt8> {
        let begins = line.isContentNew
        line.isContentNew = false
        let start = text.bytes.count
        var matched = matched
        var rest = bytes
        var end = Text.Content.End.open
        // Whether the line that is being read may turn out to begin a login.
        var isOpen = true
        while let byte = rest.first {
            if isOpen, !isContentCertain, isLogin(rest) {
                // Read as a command from here on.
                state = .command
                break
            }
            isOpen = byte == 0x0a
            if matched == 0, byte != 0x0d, byte != 0x0a {
                let stop = rest.firstIndex { $0 == 0x0d || $0 == 0x0a } ?? rest.endIndex
                writeContent(rest[..<stop], &text)
                rest = rest[stop...]
                continue
            }
            writeContent(rest.prefix(1), &text)
            rest = rest.dropFirst()
            noteEnd(byte)
            matched = Self.advance(matched, byte)
            guard matched == Self.endLength else { continue }
            end = .dot
            state = .command
            line.reset()
            outstanding.append(.other)
            break
        }
        if case .content = state { state = .content(matched: matched) }
        text.contents.append(.init(range: start..<text.bytes.count, begins: begins, end: end))
        return rest
    }

    mutating func readChunk(_ bytes: ArraySlice<UInt8>, left: Int, _ text: inout Text) -> ArraySlice<UInt8> {
        let begins = line.isContentNew
        line.isContentNew = false
        let start = text.bytes.count
        let part = bytes.prefix(left)
        var rest = part
        while !rest.isEmpty {
            if !isContentCertain, isLogin(rest) {
                state = .command
                text.contents.append(.init(range: start..<text.bytes.count, begins: begins, end: .open))
                return bytes[rest.startIndex...]
            }
            let stop = rest.firstIndex(of: 0x0a).map { $0 + 1 } ?? rest.endIndex
            writeContent(rest[..<stop], &text)
            if stop > rest.startIndex, rest[stop - 1] == 0x0a { line.reset() }
            rest = rest[stop...]
        }
        let isOver = part.count == left
        state = isOver ? .command : .chunk(left: left - part.count)
        if isOver { line.reset() }
        text.contents.append(.init(range: start..<text.bytes.count, begins: begins, end: isOver ? .chunk : .open))
        return bytes[part.endIndex...]
    }

    /// The length of CR LF dot CR LF.
    private static let endLength = 5

    /// How much of CR LF dot CR LF is matched after one more byte.
    private static func advance(_ matched: Int, _ byte: UInt8) -> Int {
        switch (matched, byte) {
        case (1, 0x0a), (2, 0x2e), (3, 0x0d), (4, 0x0a): matched + 1
        case (_, 0x0d): 1
        default: 0
        }
    }

    private mutating func writeContent(_ part: ArraySlice<UInt8>, _ text: inout Text) {
        line.append(part)
        let isDot = line.head.elementsEqual(".".utf8) && part.elementsEqual(".".utf8)
        if isContentCertain || trust == .open || isDot {
            text.bytes += part
        } else {
            SecretMask.append(part, to: &text.bytes)
        }
    }

    /// Notes the end of a line of content. A dot between line ends that are not both CR LF is an end for some servers.
    private mutating func noteEnd(_ byte: UInt8) {
        guard byte == 0x0a else { return }
        let said = line.head.prefix { $0 != 0x0d && $0 != 0x0a }
        if said.elementsEqual(".".utf8) { isContentCertain = false }
        line.reset()
    }

    /// Whether the line that goes on with `bytes` begins a login, as far as it has come.
    private func isLogin(_ bytes: ArraySlice<UInt8>) -> Bool {
        let line = (self.line.head + bytes.prefix { $0 != 0x0a }).prefix(PendingLine.headBytes)
        return LoginLine(line, isWhole: true, isWary: false).kind == .login
    }
}
