/// A bounded first-in, first-out queue between those who hand something over and one who works it off: it never grows beyond
/// its limits, and what finds no room is counted. A value: whoever shares it, guards it.
///
/// Handing over is on the path of a mail, so it is compiled where it is used.
public struct Mailbox<Element: Sendable>: Sendable {
    /// What gives way when there is no more room.
    public enum Overflow: Sendable {
        /// What has waited longest.
        case oldest

        /// What comes last.
        case newest
    }

    /// The largest number of elements held, at least 1.
    public let capacity: Int

    /// How many elements gave way since the start.
    public private(set) var dropped = 0

    @usableFromInline let overflow: Overflow
    @usableFromInline let maximumWeight: Int
    @usableFromInline let weight: (@Sendable (Element) -> Int)?
    /// What is held, behind what has gone already and is cleared away in larger pieces: no more than a third of the whole.
    @usableFromInline var elements: [Element] = []
    @usableFromInline var gone = 0
    @usableFromInline var heldWeight = 0

    /// An empty mailbox.
    public init(capacity: Int, dropping overflow: Overflow) {
        self.capacity = max(1, capacity)
        self.overflow = overflow
        maximumWeight = .max
        weight = nil
    }

    /// An empty mailbox whose elements together weigh no more than `maximumWeight` either; the newest give way.
    public init(capacity: Int, maximumWeight: Int, weight: @escaping @Sendable (Element) -> Int) {
        self.capacity = max(1, capacity)
        overflow = .newest
        self.maximumWeight = maximumWeight
        self.weight = weight
    }

    /// The number of elements held.
    @inlinable public var count: Int { elements.count - gone }

    /// Whether nothing is held.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// Adds an element behind all others. Amortised O(1).
    ///
    /// - Returns: whether it was taken in.
    @discardableResult @inlinable
    public mutating func append(_ element: Element) -> Bool {
        let own = weight?(element) ?? 0
        if count >= capacity || own > maximumWeight - heldWeight {
            drop(1)
            guard overflow == .oldest else { return false }
            goOn(past: 1)
        }
        elements.append(element)
        heldWeight += own
        return true
    }

    /// Takes up to `limit` of the oldest elements out, oldest first; the room that a burst took is given back. O(limit).
    public mutating func take(_ limit: Int = .max) -> [Element] {
        if gone == 0, limit >= count {
            defer {
                elements = []
                heldWeight = 0
            }
            return elements
        }
        let taken = Array(elements[gone...].prefix(max(0, limit)))
        if let weight { heldWeight -= taken.reduce(0) { $0 + weight($1) } }
        goOn(past: taken.count)
        return taken
    }

    /// Puts elements that were taken back before all others; the oldest that find no room are dropped. O(elements).
    public mutating func putBack(_ taken: [Element]) {
        let fitting = taken.suffix(capacity - count)
        elements.replaceSubrange(..<gone, with: fitting)
        gone = 0
        if let weight { heldWeight += fitting.reduce(0) { $0 + weight($1) } }
        dropped += taken.count - fitting.count
    }

    /// Leaves the oldest elements behind.
    @usableFromInline mutating func goOn(past count: Int) {
        gone += count
        if isEmpty {
            elements = []
            gone = 0
        } else if gone > max(64, (elements.count - gone) / 2) {
            elements.removeFirst(gone)
            gone = 0
        }
    }

    /// Counts `count` more elements as dropped, that were refused elsewhere.
    public mutating func drop(_ count: Int) { dropped += count }

    /// Drops all that is held.
    public mutating func dropAll() { dropped += take().count }
}
