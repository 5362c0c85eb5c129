/// Finding words in the text of log lines. All of a line is looked through, so it is done on spans, which count no references.
extension ArraySlice<UInt8> {
    /// Whether it begins so. O(length of the prefix).
    public func begins(with prefix: String) -> Bool { end(ofPrefix: prefix, at: startIndex) != nil }

    /// What follows `prefix`; `nil` if it does not begin so. O(length of the prefix).
    public func after(_ prefix: String) -> ArraySlice<UInt8>? {
        end(ofPrefix: prefix, at: startIndex).map { self[$0...] }
    }

    /// The place after the first `pattern`; `nil` without one. O(length of both).
    public func end(of pattern: String) -> Int? {
        let (text, pattern) = (span, pattern.utf8Span.span)
        guard pattern.count > 0 else { return startIndex }
        guard text.count >= pattern.count else { return nil }
        let first = pattern[0]
        for place in 0...text.count - pattern.count where text[place] == first {
            if let end = Self.end(of: pattern, in: text, at: place) { return startIndex + end }
        }
        return nil
    }

    /// The place after the last `pattern`; `nil` without one. O(length of both).
    public func lastEnd(of pattern: String) -> Int? {
        let (text, pattern) = (span, pattern.utf8Span.span)
        guard pattern.count > 0 else { return endIndex }
        guard text.count >= pattern.count else { return nil }
        let first = pattern[0]
        for place in (0...text.count - pattern.count).reversed() where text[place] == first {
            if let end = Self.end(of: pattern, in: text, at: place) { return startIndex + end }
        }
        return nil
    }

    /// Where a pattern that begins at a place ends; `nil` if another text is there.
    func end(ofPrefix pattern: String, at start: Int) -> Int? {
        let pattern = pattern.utf8Span.span
        return Self.end(of: pattern, in: span, at: start - startIndex).map { startIndex + $0 }
    }

    private static func end(of pattern: borrowing Span<UInt8>, in text: borrowing Span<UInt8>, at start: Int) -> Int? {
        guard text.count - start >= pattern.count else { return nil }
        for place in pattern.indices where text[start + place] != pattern[place] { return nil }
        return start + pattern.count
    }
}
