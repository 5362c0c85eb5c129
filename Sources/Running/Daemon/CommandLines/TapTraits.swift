import SMTP
import Tap

/// What a tap tells of a session's connection itself: the shape of the client's SYN, and the fingerprint of its TLS hello.
struct TapTraits {
    private let desk: TapDesk
    private let key: TapDesk.Key
    private var box: TapBox?
    private var hasSYN = false
    private var hasHello = false
    private var isOver = false

    init(desk: TapDesk, key: TapDesk.Key) {
        self.desk = desk
        self.key = key
    }

    /// What has become known since it was asked for last, of a connection whose lines somebody else tells. Never waits.
    mutating func takeAlone() -> [(kind: SessionEvent.Kind, bytes: [UInt8])] {
        if box == nil, !isOver {
            box = desk.bind(known: key)
            // Nobody asks for its lines.
            box?.lose()
        }
        return take(from: box)
    }

    /// What has become known since it was asked for last.
    mutating func take(from box: TapBox?) -> [(kind: SessionEvent.Kind, bytes: [UInt8])] {
        guard let box, !hasHello else { return [] }
        let (syn, ja4, _) = box.traits
        var traits: [(kind: SessionEvent.Kind, bytes: [UInt8])] = []
        if !hasSYN, !syn.isEmpty { traits.append((.tcp, Array(syn.utf8))) }
        if !ja4.isEmpty { traits.append((.hello, Array(ja4.utf8))) }
        desk.told(syn: !hasSYN && !syn.isEmpty, hello: !ja4.isEmpty)
        (hasSYN, hasHello) = (hasSYN || !syn.isEmpty, !ja4.isEmpty)
        return traits
    }

    /// The session is over.
    mutating func end() {
        if let box { desk.close(key, box) }
        (box, isOver) = (nil, true)
    }
}
