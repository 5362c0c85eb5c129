import Policy
import SMTP

/// A key of a ``SlotTable``.
protocol SlotKey: Equatable, Sendable {
    /// Bits that differ between keys and are as good as random in their lower half. Keys are halves of keyed hashes: nobody
    /// without the site's key can choose them.
    var slotHash: UInt64 { get }
}

/// Numbered slots, each with a key and a value, found by their keys.
///
/// A hash table that grows by a bucket at a time (W. Litwin, Linear Hashing, VLDB 1980) over arrays that never move what
/// they hold. So no insertion ever waits for a table to be made anew, with ten million entries as with ten; whoever inserts
/// holds a lock that the mail server's sessions wait for. Twelve bytes an entry beside key and value.
struct SlotTable<Key: SlotKey, Value: Sendable>: Sendable {
    /// No slot.
    static var none: Int32 { -1 }

    private struct Slot: Sendable {
        let key: Key
        var value: Value
        /// The next slot of the same bucket, or none; of a free slot the next free one, as ``freed(_:)`` writes it.
        var next: Int32
    }

    private var slots = PiecedArray<Slot>()
    /// The first slot of each bucket: two buckets a slot in use, so that nearly all chains are of one.
    private var heads = PiecedArray<Int32>()
    /// The least power of two that is no less than the number of buckets, less one.
    private var mask = 0
    private var firstFree = Self.none

    /// The number of slots in use.
    private(set) var count = 0

    /// The number of slots, used or free: all are below.
    var placeCount: Int { slots.count }

    /// The slot of a key; `nil` where there is none. O(1).
    func slot(of key: Key) -> Int32? {
        guard count > 0 else { return nil }
        var slot = heads[bucket(of: key)]
        while slot != Self.none {
            if slots[Int(slot)].key == key { return slot }
            slot = slots[Int(slot)].next
        }
        return nil
    }

    /// Whether a slot is in use.
    func isUsed(_ slot: Int) -> Bool { slots[slot].next >= Self.none }

    /// The key of a slot in use.
    func key(of slot: Int32) -> Key { slots[Int(slot)].key }

    /// The value of a slot in use.
    subscript(slot: Int32) -> Value {
        get { slots[Int(slot)].value }
        _modify { yield &slots[Int(slot)].value }
    }

    /// Puts a value under a key that is not there. O(1): at most three buckets are divided.
    ///
    /// - Returns: its slot.
    mutating func insert(_ value: Value, for key: Key) -> Int32 {
        count += 1
        while heads.count < 2 * count { divide() }
        let bucket = bucket(of: key)
        let entry = Slot(key: key, value: value, next: heads[bucket])
        let slot: Int32
        if firstFree != Self.none {
            slot = firstFree
            firstFree = Self.freed(slots[Int(slot)].next)
            slots[Int(slot)] = entry
        } else {
            slot = Int32(clamping: slots.count)
            slots.append(entry)
        }
        heads[bucket] = slot
        return slot
    }

    /// Frees a slot in use; its value stays until the slot is used again. O(1).
    mutating func remove(_ slot: Int32) {
        let bucket = bucket(of: slots[Int(slot)].key)
        let next = slots[Int(slot)].next
        if heads[bucket] == slot {
            heads[bucket] = next
        } else {
            var before = heads[bucket]
            while slots[Int(before)].next != slot { before = slots[Int(before)].next }
            slots[Int(before)].next = next
        }
        slots[Int(slot)].next = Self.freed(firstFree)
        firstFree = slot
        count -= 1
    }

    /// Makes the buckets of as many slots beforehand, where it is known how many come.
    mutating func reserve(_ slots: Int) {
        if count == 0 { while heads.count < 2 * slots { divide() } }
    }

    /// How a link of the free slots is written, and read: below all links of slots in use.
    private static func freed(_ slot: Int32) -> Int32 { -3 - slot }

    private func bucket(of key: Key) -> Int {
        let wide = Int(truncatingIfNeeded: key.slotHash) & mask
        return wide < heads.count ? wide : wide & mask >> 1
    }

    /// Adds a bucket, and moves there what belongs there of the one that it divides.
    private mutating func divide() {
        let new = heads.count
        heads.append(Self.none)
        guard new > 0 else { return }
        if new > mask { mask = 2 * mask + 1 }
        let old = new & mask >> 1
        var slot = heads[old]
        guard slot != Self.none else { return }
        var ends = (old: Self.none, new: Self.none)
        while slot != Self.none {
            let next = slots[Int(slot)].next
            if Int(truncatingIfNeeded: slots[Int(slot)].key.slotHash) & mask == new {
                slots[Int(slot)].next = ends.new
                ends.new = slot
            } else {
                slots[Int(slot)].next = ends.old
                ends.old = slot
            }
            slot = next
        }
        (heads[old], heads[new]) = (ends.old, ends.new)
    }
}

extension KeyedHash: SlotKey {
    /// Half of the bits.
    var slotHash: UInt64 { UInt64(truncatingIfNeeded: bits) }
}
