/// Values by keys of 64 bits, as many as there are senders: open addressing with linear probing, two thirds to five sixths full,
/// growing by a quarter. It takes half of what a dictionary does.
///
/// Whoever fills one in the order of another has to reserve its room first, since that is the order of the hashes.
struct KeyTable<Value: Sendable>: Sendable {
    /// 0 marks an empty place; what is kept under the key 0 stands apart.
    private var keys: [UInt64] = []
    private var values: [Value] = []
    private var valueOfZero: Value?

    /// The number of keys.
    private(set) var count = 0

    /// No values.
    init() {}

    /// The value of a key; `nil` for a key that is not there, and none is taken out. O(1).
    subscript(key: UInt64) -> Value? {
        get {
            guard key != 0 else { return valueOfZero }
            guard !keys.isEmpty else { return nil }
            let place = place(of: key)
            return keys[place] == key ? values[place] : nil
        }
        set {
            guard let newValue else { return }
            self[key, default: newValue] = newValue
        }
    }

    /// The value of a key, which is there afterwards. O(1), amortised.
    subscript(key: UInt64, default initial: @autoclosure () -> Value) -> Value {
        get { self[key] ?? initial() }
        _modify {
            if key == 0 {
                if valueOfZero == nil { count += 1 }
                var value = valueOfZero ?? initial()
                defer { valueOfZero = value }
                yield &value
            } else {
                let place = insertion(of: key, initial)
                yield &values[place]
            }
        }
    }

    /// The keys, in no particular order. O(n).
    var allKeys: [UInt64] { (valueOfZero == nil ? [] : [0]) + keys.filter { $0 != 0 } }

    /// Hands out all keys and values, in no particular order.
    func forEach(_ body: (_ key: UInt64, _ value: Value) -> Void) {
        if let valueOfZero { body(0, valueOfZero) }
        for place in keys.indices where keys[place] != 0 { body(keys[place], values[place]) }
    }

    /// What `transform` makes of the values; keys of which it makes none are left out. O(n).
    func compactMap<Other>(_ transform: (_ key: UInt64, _ value: Value) -> Other?) -> KeyTable<Other> {
        var kept = 0
        forEach { if transform($0, $1) != nil { kept += 1 } }
        var result = KeyTable<Other>()
        result.reserve(kept)
        forEach { key, value in result[key] = transform(key, value) }
        return result
    }

    /// Makes room for as many keys in all.
    mutating func reserve(_ count: Int) { if count * 6 > keys.count * 5 { resize(to: count + count / 4 + 1) } }

    /// Gives back places that are not needed before more keys come. O(n), if that are many.
    mutating func compact() {
        let needed = count + count / 5 + 1
        if keys.count > needed + needed / 32 { resize(to: needed) }
    }

    private mutating func insertion(of key: UInt64, _ initial: () -> Value) -> Int {
        if !keys.isEmpty {
            let place = place(of: key)
            if keys[place] == key { return place }
        }
        if (count + 1) * 6 > keys.count * 5 { resize(to: keys.count + keys.count / 4) }
        let value = initial()
        if values.count < keys.count { values = [Value](repeating: value, count: keys.count) }
        let place = place(of: key)
        keys[place] = key
        values[place] = value
        count += 1
        return place
    }

    /// Where a key is, or belongs.
    private func place(of key: UInt64) -> Int {
        let hash = (key ^ key >> 32) &* 0x9e37_79b9_7f4a_7c15
        var place = Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(keys.count)).high)
        while keys[place] != 0, keys[place] != key {
            place += 1
            if place == keys.count { place = 0 }
        }
        return place
    }

    private mutating func resize(to size: Int) {
        let old = (keys: keys, values: values)
        keys = [UInt64](repeating: 0, count: max(size, 8))
        guard let filler = old.values.first else { return }
        values = [Value](repeating: filler, count: keys.count)
        for index in old.keys.indices where old.keys[index] != 0 {
            let place = place(of: old.keys[index])
            keys[place] = old.keys[index]
            values[place] = old.values[index]
        }
    }
}

extension KeyTable: Equatable where Value: Equatable {
    static func == (lhs: KeyTable, rhs: KeyTable) -> Bool {
        guard lhs.count == rhs.count else { return false }
        var isSame = true
        lhs.forEach { key, value in isSame = isSame && rhs[key] == value }
        return isSame
    }
}
