import Seeded
import Sockets
import Testing

@testable import Control

@Suite("Admin requests")
struct HTTPConversationTests {
    private func answer(_ pieces: String..., respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse = { echo($0) })
        -> String
    {
        var conversation = HTTPConversation(respond: respond)
        var all: [UInt8] = []
        for piece in pieces {
            let bytes = Array(piece.utf8)
            let answer = conversation.received(bytes.span)
            all += answer.bytes
            if answer.closes { break }
        }
        return String(decoding: all, as: UTF8.self)
    }

    private static func echo(_ request: HTTPRequest) -> HTTPResponse {
        HTTPResponse(body: "\(request.method) \(request.path) \(request.query.sorted { $0.key < $1.key })")
    }

    @Test func anAnswerThatTakesTimeIsMadeElsewhere() throws {
        var conversation = HTTPConversation(handling: { request in
            .later { done in done(HTTPResponse(body: "late \(request.path)")) }
        })
        let answer = conversation.received(Array("GET /x HTTP/1.1\r\n\r\n".utf8).span)
        #expect(answer.bytes.isEmpty && !answer.closes)
        let work = try #require(answer.work)
        work { late in
            #expect(late.closes)
            #expect(String(decoding: late.bytes, as: UTF8.self).hasSuffix("late /x"))
        }
    }

    @Test func aRequestIsAnsweredAndTheConnectionEnds() {
        let text = answer("GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 15\r\n"))
        #expect(text.hasSuffix("\r\n\r\nGET /metrics []"))
    }

    @Test func piecesAndBareLineFeedsAreTaken() {
        #expect(
            answer("GE", "T /a?x=1&y", "=%2fb%20c HTTP/1.0\n", "\n").hasSuffix(
                "GET /a [(key: \"x\", value: \"1\"), (key: \"y\", value: \"/b c\")]"))
    }

    @Test(arguments: [
        ("\r\n\r\n", 400), ("GET / \r\n\r\n", 400), ("GET x HTTP/1.1\r\n\r\n", 400), ("GET /%zz HTTP/1.1\r\n\r\n", 400),
        ("GET /%ff HTTP/1.1\r\n\r\n", 400), ("PUT / HTTP/1.1\r\n\r\n", 405), ("EHLO there\r\n\r\n", 400),
    ])
    func whatIsNoRequestIsRefused(text: String, status: Int) {
        #expect(answer(text).hasPrefix("HTTP/1.1 \(status) "))
    }

    @Test func aRequestWithoutEndIsRefused() {
        #expect(answer("GET / HTTP/1.1\r\n", String(repeating: "a: b\r\n", count: 5_000)).hasPrefix("HTTP/1.1 431 "))
    }

    @Test(arguments: ["/lists", "/a b/ü", "/x?y"]) func targetsComeBack(path: String) throws {
        let request = HTTPRequest(method: "POST", path: path, query: ["address": "2001:db8::/32", "=&?": "% +ü"])
        let back = try #require(HTTPRequest(method: "POST", target: request.target[...]))
        #expect(back == request)
    }

    @Test func randomBytesNeverCrash() {
        var generator = SeededGenerator(seed: 3)
        let letters = Array("GET /?=&%\r\n HTTP/1.é\0".utf8)
        for _ in 0..<3_000 {
            var conversation = HTTPConversation(respond: { Self.echo($0) })
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                    letters.randomElement(using: &generator)!
                }
                if conversation.received(bytes.span).closes { break }
            }
        }
    }
}
