import SMTP
import Seeded
import Testing

@testable import WireHook

@Suite("Keys of the command hook")
struct HookKeyTests {
    private func line(_ body: String) throws -> HookLine {
        let key = try HookKey(Array("mail.example.org/4711:\(body)".utf8).span)
        #expect(key.process == "mail.example.org/4711")
        #expect(key.processNumber == 4_711)
        guard case .line(let line) = key.item else { throw HookKeyError.malformed }
        return line
    }

    @Test(arguments: [
        ("p:mail:from", "MAIL FROM:", HookLine.Extent.path),
        ("p:/mail////:from/////", "mail FROM:", .path),
        ("p:m/a/i/l//:/f/r/o/m/", "MaIl fRoM:", .path),
        ("P:/M/AIL:/F/ROM", "mAIL fROM:", .path),
        ("w:quit:", "QUIT", .whole),
        ("w::", "", .whole),
        ("w:quit/////////:␣", "QUIT ", .whole),
        ("w:/s/t/a/r/t/t/l/s/:", "sTaRtTlS", .whole),
        ("w:ehlo:␣a:b␣␉c", "EHLO a:b \tc", .whole),
        ("w:auth/////:␉plain␣…", "AUTH\tplain ", .cut),
        ("w:get:…", "GET", .cut),
        ("f:/mail////:␣:f/rom////::␣<a@b>␣␣size=10␣", "mail From: <a@b>  size=10 ", .whole),
        ("f:mail/////:␣:from/////:␣<a:b@c>", "MAIL FROM <a:b@c>", .whole),
        ("f:mail/////:␣:from/////::␣…", "MAIL FROM: ", .cut),
        ("f:mail/////:␣␣␣…", "MAIL   ", .cut),
        ("j:", "", .cut),
    ])
    func aLineIsRestored(body: String, text: String, extent: HookLine.Extent) throws {
        #expect(try line(body) == HookLine(bytes: Array(text.utf8), extent: extent))
    }

    @Test(arguments: [("r:550:5.1.1", 550, "5.1.1"), ("r:421:", 421, nil), ("R:452:4.5.3", 452, "4.5.3")])
    func aReplyIsRead(body: String, code: Int, enhanced: String?) throws {
        let key = try HookKey(Array("h/1:\(body)".utf8).span)
        let reply = try #require(
            HookReply(code: UInt16(code), enhanced: enhanced.flatMap { EnhancedStatusCode($0) }))
        #expect(key.item == .reply(reply))
    }

    @Test(arguments: [
        "", ":", "h/1", "h/1:", "h/1:x", "h/1:x:", "h/1:w", "h/1:w:quit", "h/1:p:mail", "h/1:p:ma il:from", "h/1:j:x",
        "h/1:w:qu1t:", "h/1:w:abcdefghijklmnopq:", "h/1:w:quit:\u{1}", "h/1:w:quit:é", "h/1:w:quit:␣…x", "h/1:f:mail:␣",
        "h/1:f:mail:␣:from", "h/1:f:mail:␣…:from:x", "h/1:w:quit:\u{2423}\u{2422}", "h:w:quit:", "/1:w:quit:",
        "h/:w:quit:", "h/x:w:quit:", "h/0:w:quit:", "h/-1:w:quit:", "h/99999999999:w:quit:", "h h/1:w:quit:",
        "h/1:r:250:", "h/1:r:55:", "h/1:r:550", "h/1:r:550:x", "h/1:r:0550:", "h/1:r:-50:", "h/1:r:550:5.1.1.1",
    ])
    func whatTheTablesDoNotMakeIsMalformed(key: String) {
        #expect(throws: HookKeyError.malformed) { try HookKey(Array(key.utf8).span) }
    }

    @Test func aHostMayBeLongAndNoLonger() throws {
        let host = String(repeating: "h", count: 253)
        #expect(try HookKey(Array("\(host)/1:j:".utf8).span).process == host + "/1")
        #expect(throws: HookKeyError.malformed) { try HookKey(Array("h\(host)/1:j:".utf8).span) }
        #expect(HookKey(process: host + "/1", item: .line(HookLine(bytes: [], extent: .cut))) != nil)
    }

    @Test func keysOfAnyBytesNeitherCrashNorShowAnyThingThatSteersATerminal() {
        var generator = SeededGenerator(seed: 12)
        let pieces: [[UInt8]] = ["h/1:", "w:", "f:", "p:", "r:", "j:", ":", "/", "␣", "␉", "…", "mail", "550", "5.1.1"]
            .map { Array($0.utf8) }
        var restored = 0
        for _ in 0..<20_000 {
            var bytes: [UInt8] = Bool.random(using: &generator) ? Array("h/1:".utf8) : []
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                bytes +=
                    Int.random(in: 0..<8, using: &generator) == 0
                    ? [UInt8.random(in: .min ... .max, using: &generator)]
                    : pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }
            guard case .line(let line)? = (try? HookKey(bytes.span))?.item else { continue }
            restored += 1
            #expect(line.bytes.allSatisfy { 0x20...0x7e ~= $0 || $0 == 0x09 })
            #expect(line.bytes.count <= bytes.count)
        }
        #expect(restored > 100)
    }
}
