/// The program that a message claims to be written with, as X-Mailer or User-Agent says it.
struct MailerName: Sendable, Hashable {
    /// The longest value that is looked at, in bytes.
    static let longest = 60

    /// The name with every run of digits as one `9`, which is its version's form: `KMail/9.9.9`.
    let template: [UInt8]

    /// The length of the name without its version within the template.
    private let familyLength: Int

    /// Reads a field's value. O(`longest`).
    init(_ value: some Sequence<UInt8>) {
        var template: [UInt8] = []
        var wasDigit = false
        for byte in value.prefix(200).drop(while: { $0 == 0x20 || $0 == 0x09 }) {
            let isDigit = 0x30...0x39 ~= byte
            if isDigit && wasDigit { continue }
            wasDigit = isDigit
            template.append(isDigit ? UInt8(ascii: "9") : byte)
            if template.count == Self.longest { break }
        }
        while let last = template.last, last == 0x20 || last == 0x0d || last == 0x0a { template.removeLast() }
        self.template = template
        familyLength = Self.familyLength(of: template)
    }

    /// The name without its version: what stands before the first digit, slash, comma or bracket, or before a `v`
    /// with a version.
    var family: ArraySlice<UInt8> { template[..<familyLength] }

    private static func familyLength(of template: [UInt8]) -> Int {
        var end = template.count
        for index in template.indices {
            switch template[index] {
            case UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: "["):
                end = index
            case UInt8(ascii: " "):
                guard index + 2 < template.count, template[index + 1] | 0x20 == UInt8(ascii: "v"),
                    template[index + 2] == UInt8(ascii: "9")
                else { continue }
                end = index
            default: continue
            }
            break
        }
        while end > 0, template[end - 1] == 0x20 { end -= 1 }
        return end
    }
}
