import Control
import Foundation
import ScratchFiles
import Sockets
import Synchronization

/// A judgement socket that answers as argotd does, and knows one queue id and one Message-ID.
final class JudgementSocket {
    let path: String
    private let scratch: Scratch
    private let loop: SocketLoop
    private let note: Note

    init(status: Int = 200) throws {
        let scratch = try Scratch()
        self.scratch = scratch
        path = scratch.path + "/j"
        let note = Note()
        loop = try SocketLoop(listener: SocketListener(.unix(path: path))) {
            HTTPConversation { request in
                note.asked.withLock { $0.append(request.query) }
                guard request.method == "POST", ["/judgements", "/correspondents"].contains(request.path) else {
                    return .failure(404, "?")
                }
                guard status == 200 else { return .json("{\"error\":\"not now\"}", status: status) }
                let isKnown =
                    request.query["queue_id"] == "4KNOWN" || request.query["address"] != nil
                    || request.query["message_id"] == "<known@x>"
                return .json("{\"kept\":\(isKnown ? 1 : 0)}")
            }
        }
        self.note = note
        try loop.start()
    }

    private final class Note: Sendable { let asked = Mutex<[[String: String]]>([]) }

    var queries: [[String: String]] { note.asked.withLock { $0 } }

    deinit { loop.stop() }
}
