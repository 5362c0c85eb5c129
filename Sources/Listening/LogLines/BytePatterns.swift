/// Finding words in the text of log lines.
extension ArraySlice<UInt8> {
    /// Whether it begins so. O(length of the prefix).
    public func begins(with prefix: String) -> Bool { end(ofPrefix: prefix, at: startIndex) != nil }

    /// What follows `prefix`; `nil` if it does not begin so. O(length of the prefix).
    public func after(_ prefix: String) -> ArraySlice<UInt8>? {
        end(ofPrefix: prefix, at: startIndex).map { self[$0...] }
    }

    /// The place after the first `pattern`; `nil` without one. O(length of both).
    public func end(of pattern: String) -> Int? {
        guard let first = pattern.utf8.first else { return startIndex }
        var place = startIndex
        while place < endIndex {
            if self[place] == first, let end = end(ofPrefix: pattern, at: place) { return end }
            place += 1
        }
        return nil
    }

    /// The place after the last `pattern`; `nil` without one. O(length of both).
    public func lastEnd(of pattern: String) -> Int? {
        guard let first = pattern.utf8.first else { return endIndex }
        var place = endIndex
        while place > startIndex {
            place -= 1
            if self[place] == first, let end = end(ofPrefix: pattern, at: place) { return end }
        }
        return nil
    }

    /// Where a pattern that begins at a place ends; `nil` if another text is there.
    func end(ofPrefix pattern: String, at start: Int) -> Int? {
        var place = start
        for byte in pattern.utf8 {
            guard place < endIndex, self[place] == byte else { return nil }
            place += 1
        }
        return place
    }
}
