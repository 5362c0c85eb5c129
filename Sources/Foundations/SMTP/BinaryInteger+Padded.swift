extension BinaryInteger {
    /// The number with zeros in front of it, as long as `digits`; longer if it takes more. No sign stands behind zeros: it is
    /// for numbers that are not negative.
    public func padded(to digits: Int, radix: Int = 10) -> String {
        let text = String(self, radix: radix)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
