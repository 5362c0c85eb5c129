import SMTP
import Seeded
import Testing
import WireHook

/// The tables in packaging/postfix, asked by a real Postfix, and what arrives of the lines.
@Suite("Tables of the command hook", .enabled(if: !PostfixTables.kinds.isEmpty, "needs Debian's postfix"))
struct TableTests {
    static let verbs = [
        "HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "QUIT", "NOOP", "VRFY", "EXPN", "HELP", "ETRN",
        "STARTTLS", "AUTH", "XCLIENT", "XFORWARD",
    ]

    private func lines(_ texts: [String], kind: String) throws -> [HookLine] {
        let keys = try PostfixTables().keys(texts.map { Array($0.utf8) }, kind: kind)
        #expect(keys.count == texts.count)
        return try keys.map { key in
            guard case .line(let line) = try key.get().item else { throw HookKeyError.malformed }
            return line
        }
    }

    @Test(arguments: PostfixTables.kinds)
    func whatArrivesOfEachKindOfLine(kind: String) throws {
        let cases: [(line: String, arrives: String, extent: HookLine.Extent)] = [
            ("MAIL FROM:<a@B.c> SIZE=10", "MAIL FROM:", .path),
            ("mail FROM:<a@B.c> size=10", "mail FROM:", .path),
            ("MAIL FROM:<>", "MAIL FROM:", .path),
            ("MAIL FROM:<pelé@B.c> SMTPUTF8", "MAIL FROM:", .path),
            ("Rcpt To:<a@B.c>", "Rcpt To:", .path),
            ("mail From: <a@B>  size=10 ", "mail From: <a@b>  size=10 ", .whole),
            ("MAIL FROM:<a@B> ", "MAIL FROM:<a@b> ", .whole),
            ("mAiL\tfRoM:<x@Y>", "mAiL\tfRoM:<x@y>", .whole),
            ("MAIL FROM:A@b", "MAIL FROM:a@b", .whole),
            ("MAIL FROM <a@b>", "MAIL FROM <a@b>", .whole),
            ("MAIL FROM: Joe Doe <a@b>", "MAIL FROM: ", .cut),
            ("MAIL FROM:\"a b\"@c.d", "MAIL FROM:", .cut),
            ("MAIL a@b", "MAIL ", .cut),
            ("RCPT FROM:<a@b>", "RCPT ", .cut),
            ("Mail order is great", "Mail ", .cut),
            ("EHLO Mail.Example.Org", "EHLO mail.example.org", .whole),
            ("helo\tx \t y", "helo\tx \t y", .whole),
            ("EHLO\u{2423}x", "", .cut),
            ("EHLO a\u{2423}b", "EHLO ", .cut),
            ("EHLO a b c d e f g h i j k l m n", "EHLO a b c d e f g h i j k l", .cut),
            ("QUIT ", "QUIT ", .whole), ("QUIT\r", "QUIT", .cut), ("QUIT:", "", .cut), ("", "", .whole),
            ("DATA x", "DATA ", .cut), ("BDAT 100 LAST", "BDAT 100 last", .whole), ("bdat 1\tx", "bdat ", .cut),
            ("STARTTLS x", "STARTTLS ", .cut), ("NOOP secret", "NOOP ", .cut), ("VRFY root", "VRFY ", .cut),
            ("XCLIENT LOGIN=me", "XCLIENT ", .cut),
            ("AUTH LOGIN", "AUTH login", .whole), ("Auth  CRAM-MD5 ", "Auth  cram-md5 ", .whole),
            ("AUTH PLAIN AGEAYg==", "AUTH plain ", .cut), ("auth\tlogin \t YWJj", "auth\tlogin \t ", .cut),
            ("AUTH YWJj", "AUTH ", .cut), ("AUTH X-UNKNOWN YWJj", "AUTH ", .cut), ("AUTH=PLAIN YWJj", "", .cut),
            ("AUTH PLAIN\rYWJj", "AUTH ", .cut), ("YWJj", "", .cut), ("QUJD", "", .cut), ("FOO bar", "", .cut),
            ("GET / HTTP/1.0", "GET", .cut), ("Subject: hello", "", .cut), (".", "", .cut), ("\u{1}", "", .cut),
        ]
        let lines = try lines(cases.map(\.line), kind: kind)
        for (expected, line) in zip(cases, lines) {
            #expect(
                line == HookLine(bytes: Array(expected.arrives.utf8), extent: expected.extent), "\(expected.line)")
        }
    }

    /// Every spelling of every verb.
    @Test(arguments: PostfixTables.kinds)
    func theLetterCaseOfAVerbArrives(kind: String) throws {
        var texts: [String] = []
        for verb in Self.verbs {
            for mask in 0..<(1 << verb.utf8.count) {
                texts.append(
                    String(
                        decoding: verb.utf8.enumerated().map { mask >> $0 & 1 == 1 ? $1 | 0x20 : $1 }, as: UTF8.self))
            }
        }
        #expect(try lines(texts, kind: kind) == texts.map { HookLine(bytes: Array($0.utf8), extent: .whole) })
    }

    /// Whatever is sent: a line arrives for each line, never an error, and what arrives is what was sent, as far as it goes.
    @Test(arguments: PostfixTables.kinds)
    func whatArrivesIsTheBeginningOfWhatWasSent(kind: String) throws {
        var generator = SeededGenerator(seed: 77)
        let sent = (0..<6_000).map { _ in Self.anyLine(using: &generator) }
        let keys = try PostfixTables(takesUTF8: false).keys(sent, kind: kind)
        try #require(keys.count == sent.count)
        var extents: [HookLine.Extent: Int] = [:]
        for (sent, key) in zip(sent, keys) {
            guard case .line(let line) = try key.get().item else { throw HookKeyError.malformed }
            extents[line.extent, default: 0] += 1
            let text = "\(String(decoding: sent, as: UTF8.self))"
            #expect(Self.lower(sent.prefix(line.bytes.count)) == Self.lower(line.bytes[...]), "\(text)")
            // The verb's letters are the client's.
            let verb = line.bytes.prefix { $0 != 0x20 && $0 != 0x09 && $0 != UInt8(ascii: ":") }
            #expect(Array(sent.prefix(verb.count)) == Array(verb), "\(text)")
            switch line.extent {
            case .whole: #expect(line.bytes.count == sent.count, "\(text)")
            case .path:
                #expect(Array(sent.prefix(line.bytes.count)) == line.bytes, "\(text)")
                #expect(sent.dropFirst(line.bytes.count).first == UInt8(ascii: "<"), "\(text)")
            case .cut: #expect(line.bytes.count < sent.count, "\(text)")
            }
            // What begins with a verb is a command, and what does not is not.
            let word = sent.prefix { !Self.isSpace($0) }
            let upper = String(decoding: word.map { 0x61...0x7a ~= $0 ? $0 & 0xdf : $0 }, as: UTF8.self)
            let isVerb = Self.verbs.contains(upper)
            if !["GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT"].contains(String(decoding: word, as: UTF8.self)) {
                #expect(isVerb == !line.bytes.isEmpty, "\(text)")
            }
        }
        #expect(extents.count == 3)
        #expect(extents.values.allSatisfy { $0 > 100 })
    }

    /// A password or a mail's text may stand wherever a client puts it.
    @Test(arguments: PostfixTables.kinds)
    func secretsNeverArrive(kind: String) throws {
        var generator = SeededGenerator(seed: 78)
        let alphabets = [
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "abcdefghijklmnopqrstuvwxyz", "0123456789", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~aB1",
        ]
        let mechanisms = [
            "PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "NTLM", "X", "_", "plain!", "", "SCRAM-SHA-512-PLUS",
        ]
        let blanks = [" ", "  ", "\t", " \t ", "\r", "\u{b}"]
        let places = [
            "AUTHbMbS", "AUTHbS", "AUTHbMbSbS", "AUTHbMb=bS", "AUTH=MbS", "AUTH:bMbS", "AUTHMbS", "S", "SbS", "S=",
            "S:bS", "NOOPbS", "VRFYbS", "HELPbS", "QUITbS", "RSETbS", "DATAbS", "EXPNbS", "ETRNbS", "STARTTLSbS",
            "BDATbS", "BDATb1bS", "XCLIENTbLOGIN=S", "XFORWARDbNAME=S", "PASSbS", "USERbS", "GETb/S", "PostbS",
            "Subject:bS", "X-S:bx", ".S", "MAILbS", "RCPTbS", "MAILbFROM:bwordbS", "RcptbTo:bwordbSbS", "*bS",
        ]
        var secrets: [String] = []
        let texts = (0..<6_000).map { _ in
            let secret = generator.word(
                Int.random(in: 12...40, using: &generator), of: alphabets.randomElement(using: &generator)!)
            secrets.append(secret)
            var line = ""
            var isCommand = true
            for letter in places.randomElement(using: &generator)! {
                switch letter {
                case "b": line += blanks.randomElement(using: &generator)!
                case "M": line += mechanisms.randomElement(using: &generator)!
                case "S": line += secret
                default: line.append(letter)
                }
                isCommand = isCommand && letter.isLetter
            }
            return Array(Self.spelled(line, using: &generator, keeping: secret).utf8)
        }
        let arrived = try PostfixTables().texts(texts, kind: kind)
        for ((secret, text), key) in zip(zip(secrets, texts), arrived) {
            // A secret of a single letter repeated in the verb could not be told from it: those here are long.
            #expect(
                !String(decoding: key, as: UTF8.self).lowercased().contains(secret.lowercased().prefix(8)),
                "\(String(decoding: text, as: UTF8.self)): \(String(decoding: key, as: UTF8.self))")
        }
    }

    /// Both kinds of table read the files alike.
    @Test(.enabled(if: PostfixTables.kinds.count == 2, "needs Debian's postfix-pcre"))
    func bothKindsOfTableSayTheSame() throws {
        var generator = SeededGenerator(seed: 79)
        let lines = (0..<6_000).map { _ in Self.anyLine(using: &generator) }
        let tables = try PostfixTables(takesUTF8: false)
        let answers = try PostfixTables.kinds.map { try tables.texts(lines, kind: $0) }
        for (index, line) in lines.enumerated() where answers[0][index] != answers[1][index] {
            Issue.record("\(String(decoding: line, as: UTF8.self))")
        }
    }

    @Test(arguments: PostfixTables.kinds)
    func aRefusalIsItsCodes(kind: String) throws {
        let replies = [
            "550 5.1.1 <a@b>: Recipient address rejected: secret": "r:550:5.1.1",
            "421 4.7.0 mail.example.org Error: too many errors": "r:421:4.7.0", "554 go away": "r:554:",
            "550-5.7.1 two lines": "r:550:5.7.1", "502 5.5.2 Error": "r:502:5.5.2",
        ]
        let tables = try PostfixTables()
        for (reply, expected) in replies {
            let answer = try tables.ask(Array((reply + "\n").utf8), "\(kind):\(PostfixTables.directory)/reply")
            #expect(answer.errors.isEmpty)
            #expect(String(decoding: answer.output, as: UTF8.self) == "\(reply)\t\(expected)\n")
        }
        for other in ["250 2.0.0 Ok", "220 hello", "x", "5500 x"] {
            let answer = try tables.ask(Array((other + "\n").utf8), "\(kind):\(PostfixTables.directory)/reply")
            #expect(answer.output.isEmpty && answer.errors.isEmpty)
        }
    }
}

extension TableTests {
    static func lower(_ bytes: ArraySlice<UInt8>) -> [UInt8] { bytes.map { 0x41...0x5a ~= $0 ? $0 | 0x20 : $0 } }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0d ~= byte }

    /// The letters of a command in any case, those of the secret as they are.
    static func spelled(_ line: String, using generator: inout SeededGenerator, keeping secret: String) -> String {
        guard Bool.random(using: &generator), let range = line.firstRange(of: secret) else { return line }
        let head = line[..<range.lowerBound].map { letter in
            Bool.random(using: &generator) ? letter.uppercased() : letter.lowercased()
        }
        return head.joined() + line[range.lowerBound...]
    }

    /// A line as clients, bots and clients out of step send it, or of any bytes. Never with a line feed or NUL: those do not
    /// reach the filter.
    static func anyLine(using generator: inout SeededGenerator) -> [UInt8] {
        let pieces = [
            "MAIL", "RCPT", "mail", "rcpt", "Mail", "FROM:", "TO:", "From:", "to:", "from", "<", ">", "<a@b.c>",
            "<A@B>",
            " ", " ", "  ", "\t", ":", "SIZE=10", "BODY=8BITMIME", "x=", "SMTPUTF8", "EHLO", "helo", "DATA", "QUIT",
            "rset",
            "AUTH", "PLAIN", "LOGIN", "AGEAYg==", "BDAT", "100", "LAST", "STARTTLS", "vrfy", "XCLIENT", "\r", "\u{b}",
            "é",
            "␣", "␉", "…", "/", "${1}", "$1", "\u{1}", "word", "GET", "Subject:",
        ]
        let canonical = ["MAIL FROM:<a@b.c>", "rcpt To:<a@b>", "EHLO mail.example.org", "mAiL fRoM:<x> SIZE=1", "RSET"]
        switch Int.random(in: 0..<10, using: &generator) {
        case 0:
            return (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                let byte = UInt8.random(in: 1 ... .max, using: &generator)
                return byte == 10 ? 13 : byte
            }
        case 1: return Array((canonical.randomElement(using: &generator)!).utf8)
        case 2:
            let piece = pieces.randomElement(using: &generator)!
            let text = canonical.randomElement(using: &generator)! + String(repeating: piece, count: 400)
            return Array(text.utf8.prefix(2_048))
        default:
            return Array(
                (0..<Int.random(in: 0...9, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
                    .joined().utf8)
        }
    }
}
