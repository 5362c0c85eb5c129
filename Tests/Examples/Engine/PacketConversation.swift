import Milter
import Sockets

/// A mail server's connection: bytes in, answers out.
struct PacketConversation: SocketConversation {
    private let connection: PacketConnection
    private var waiting: [UInt8] = []

    init(_ connection: PacketConnection) { self.connection = connection }

    mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer {
        for index in bytes.indices { waiting.append(bytes[index]) }
        var answer = SocketAnswer()
        do throws(Packet.Malformed) {
            while !answer.closes, let packet = try Packet.next(from: &waiting) {
                guard let bytes = connection.answer(to: packet) else {
                    answer.closes = true
                    break
                }
                answer.bytes += bytes
            }
        } catch {
            answer.closes = true
        }
        return answer
    }
}
