import Sockets
import Tap

/// One connection of argot-tap: findings come in, and nothing is answered. Whoever is not argot-tap's user, argotd's own or
/// root is not listened to.
struct TapConversation: SocketConversation {
    /// A tap that is there as long as its conversation is.
    private final class Presence: Sendable {
        let desk: TapDesk

        init(_ desk: TapDesk) {
            self.desk = desk
            desk.tapped(1)
        }

        deinit { desk.tapped(-1) }
    }

    private let desk: TapDesk
    private let isAllowed: Bool
    private var reader = TapReader()
    private var presence: Presence?

    init(_ desk: TapDesk, isAllowed: Bool) {
        self.desk = desk
        self.isAllowed = isAllowed
    }

    mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer {
        guard isAllowed else { return refuse() }
        do throws(TapReader.Garbage) {
            let messages = try reader.read((0..<bytes.count).map { bytes[$0] })
            if !messages.isEmpty, presence == nil { presence = Presence(desk) }
            for message in messages { desk.take(message) }
            return SocketAnswer()
        } catch {
            return refuse()
        }
    }

    private mutating func refuse() -> SocketAnswer {
        desk.refuse()
        presence = nil
        return SocketAnswer(closes: true)
    }
}
