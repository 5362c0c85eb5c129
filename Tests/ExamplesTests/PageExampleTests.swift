import Control
import Examples
import ScratchFiles
import Sockets
import Testing

/// A page is served beside others, and asked for as `argot` asks.
@Suite("Example: a page")
struct PageExampleTests {
    @Test func isServed() throws {
        let scratch = try Scratch()
        let socket = SocketName.unix(path: scratch.path + "/c")
        let loop = try SocketLoop(listener: SocketListener(socket)) {
            HTTPConversation { request in
                switch (request.method, request.path) {
                case ("GET", VersionPage.path): VersionPage(version: "1.2.3").response
                default: .failure(404, "\(request.method) \(request.path) is not served")
                }
            }
        }
        try loop.start()
        defer { loop.stop() }
        let answer = try AdminClient.response(to: HTTPRequest(method: "GET", path: "/version"), at: socket)
        #expect(answer.status == 200 && answer.body == "argotd 1.2.3\n")
        #expect(try AdminClient.response(to: HTTPRequest(method: "POST", path: "/version"), at: socket).status == 404)
    }
}
