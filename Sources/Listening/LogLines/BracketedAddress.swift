public import SMTP

extension ClientAddress {
    /// The first address in brackets, as mail servers log it: `NAME[ADDRESS]`, `[ADDRESS]:PORT`, `NAME [ADDRESS] (may be
    /// forged)`; `IPv6:` may stand before it. `nil` without one, or if it is none. O(length).
    public init?(bracketedIn text: ArraySlice<UInt8>) {
        guard let open = text.firstIndex(of: UInt8(ascii: "[")),
            let close = text[open...].firstIndex(of: UInt8(ascii: "]"))
        else { return nil }
        let inside = text[(open + 1)..<close]
        self.init(String(decoding: inside.after("IPv6:") ?? inside, as: UTF8.self))
    }
}
