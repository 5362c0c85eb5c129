import EngineTraits
import FakeMTA
import Testing

@Suite("Long and odd arguments", .bothEngines)
struct OddBytesTests {
    /// What the shim passes on of one argument vector.
    static let limit = 8192

    static func record(_ course: (FakeMTASession) throws -> Void) throws -> [String] {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Probe.peer)
        try course(session)
        try session.quit()
        return Array(filter.record(ofSession: 1).dropFirst())
    }

    @Test func aVectorOfNineKilobytesIsCutBetweenArguments() throws {
        let arguments = ["<a@example.net>"] + (1...9).map { "X\($0)=" + String(repeating: "y", count: 997) }
        let record = try Self.record { session throws in
            #expect(try session.mail(arguments: arguments).verdict == .continue)
            #expect(try session.rcpt(arguments: arguments).verdict == .continue)
        }
        let kept = arguments[...8].map { "\"\($0)\"" }.joined(separator: " ")
        #expect(arguments[...8].joined(separator: " ").utf8.count <= Self.limit)
        #expect(record.prefix(2) == ["mail " + kept, "rcpt " + kept])
    }

    @Test func aVectorThatJustFitsIsWhole() throws {
        let arguments = ["<a@example.net>", String(repeating: "y", count: Self.limit - 16)]
        let record = try Self.record { _ = try $0.mail(arguments: arguments) }
        #expect(record.first == "mail \"\(arguments[0])\" \"\(arguments[1])\"")
        let tooLong = try Self.record { _ = try $0.mail(arguments: [arguments[0], arguments[1] + "y"]) }
        #expect(tooLong.first == "mail \"\(arguments[0])\"")
    }

    @Test func aSingleLongArgumentIsCut() throws {
        let record = try Self.record { _ = try $0.mail("<" + String(repeating: "z", count: 9_000) + ">") }
        #expect(record.first == "mail \"<" + String(repeating: "z", count: Self.limit - 1) + "\"")
    }

    @Test func manyArgumentsAndEmptyOnes() throws {
        let arguments = ["<>", "", "", "SIZE=1"] + (1...500).map { "A\($0)" }
        let record = try Self.record { _ = try $0.mail(arguments: arguments) }
        #expect(record.first == "mail " + arguments.map { "\"\($0)\"" }.joined(separator: " "))
    }

    @Test func bytesOfAnyValueArrive() throws {
        let all = ByteText.text((UInt8(1)...255).map { $0 })
        let quoted = (UInt8(1)...255).map { byte in
            let isPlain = (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            return isPlain ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        let record = try Self.record { session throws in
            _ = try session.helo(all)
            _ = try session.unknown(all)
            _ = try session.mail("<\(all)>", all)
            _ = try session.rcpt("<\(all)>", all)
            _ = try session.data()
            _ = try session.header("X", all)
        }
        #expect(
            record.prefix(6) == [
                "helo \"\(quoted)\"", "unknown \"\(quoted)\"", "mail \"<\(quoted)>\" \"\(quoted)\"",
                "rcpt \"<\(quoted)>\" \"\(quoted)\"", "data", "header \"X\" \"\(quoted)\"",
            ])
    }

    /// libmilter's strings end at NUL; what follows it is the next argument, or nothing.
    @Test func atANULAStringEnds() throws {
        let record = try Self.record { session throws in
            _ = try session.mail("<a\0b@example.net>")
            _ = try session.rcpt("<c@lab.example>")
            _ = try session.data()
            _ = try session.endOfHeaders()
            #expect(try session.body([0x61, 0, 0x62, 0]).verdict == .continue)
        }
        #expect(
            record.prefix(5) == ["mail \"<a\" \"b@example.net>\"", "rcpt \"<c@lab.example>\"", "data", "eoh", "body 4"])
    }

    @Test func aHeaderOfSixtyKilobytesIsWhole() throws {
        let value = " " + String(repeating: "v", count: 60_000)
        let record = try Self.record { session throws in
            for stage in [Stage.mail, .rcpt, .data] { _ = try stage.answer(of: session) }
            #expect(try session.header("X-Long", value).verdict == .continue)
            #expect(try session.header(String(repeating: "N", count: 60_000), "v").verdict == .continue)
        }
        #expect(record.dropFirst(3).prefix(2).map(\.utf8.count) == [value.utf8.count + 18, 60_000 + 13])
        #expect(record.contains("header \"X-Long\" \"\(value)\""))
    }

    @Test func aLargeBodyComesInPieces() throws {
        let record = try Self.record { session throws in
            for stage in [Stage.mail, .rcpt, .data] { _ = try stage.answer(of: session) }
            let content = MessageContent(headers: [], body: [UInt8](repeating: 0x61, count: 140_000))
            #expect(try session.message(content).verdict == .continue)
        }
        #expect(record.suffix(6) == ["eoh", "body 65535", "body 65535", "body 8930", "eom", "close"])
    }
}
