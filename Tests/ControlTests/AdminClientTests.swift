import Foundation
import Sockets
import Testing

@testable import Control

@Suite("Admin client")
struct AdminClientTests {
    private static func path() throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "argot-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return directory + "/c"
    }

    @Test func asksAndIsAnswered() throws {
        let path = try Self.path()
        let loop = try SocketLoop(listener: SocketListener(.unix(path: path))) {
            HTTPConversation { request in
                request.path == "/big"
                    ? HTTPResponse(body: String(repeating: "x", count: 500_000))
                    : .failure(404, "no \(request.path)")
            }
        }
        try loop.start()
        defer { loop.stop() }
        let big = try AdminClient.response(to: HTTPRequest(method: "GET", path: "/big"), at: .unix(path: path))
        #expect(big.status == 200 && big.body.count == 500_000)
        let missing = try AdminClient.response(to: HTTPRequest(method: "GET", path: "/ü"), at: .unix(path: path))
        #expect(missing.status == 404 && missing.body == "no /ü\n")
    }

    @Test func saysWhyNobodyAnswers() throws {
        let path = try Self.path()
        let request = HTTPRequest(method: "GET", path: "/")
        let error = #expect(throws: SocketError.self) {
            try AdminClient.response(to: request, at: .unix(path: path))
        }
        #expect(error?.description.contains("start argotd") == true)
    }
}
