/// Reads the form of the MIME boundary in Content-Type.
enum BoundaryClaim {
    static func claim(in value: ArraySlice<UInt8>) -> Claim? {
        guard let boundary = boundary(in: value), let software = writer(boundary) else { return nil }
        return Claim(field: .boundary, software: software)
    }

    private static func boundary(in value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let name = Array("boundary=".utf8)
        guard value.count > name.count else { return nil }
        let start = (value.startIndex...value.endIndex - name.count).first { start in
            value[start] | 0x20 == UInt8(ascii: "b")
                && zip(value[start...], name).allSatisfy { $0 == $1 || $0 | 0x20 == $1 && $1 != UInt8(ascii: "=") }
        }
        guard let start else { return nil }
        let text = value[(start + name.count)...]
        let quote = UInt8(ascii: "\"")
        return text.first == quote ? text.dropFirst().prefix { $0 != quote } : text.prefix { $0 > 0x20 && $0 != 0x3b }
    }

    private static func writer(_ boundary: ArraySlice<UInt8>) -> MailSoftware? {
        if boundary.starts(with: "Apple-Mail".utf8) { return .appleMail }
        var scanner = ByteScanner(boundary)
        let dashes = scanner.readRun { $0 == UInt8(ascii: "-") }
        if dashes == 4, scanner.read("=_NextPart_") {
            // `----=_NextPart_000_0005_01C77A0E.3B1C2D00`
            guard scanner.readRun(of: ByteScanner.isDigit) == 3, scanner.read("_" as Unicode.Scalar),
                scanner.readRun(of: ByteScanner.isHex) == 4, scanner.read("_" as Unicode.Scalar),
                scanner.readRun(of: ByteScanner.isHex) == 8, scanner.read("." as Unicode.Scalar)
            else { return nil }
            return scanner.readRun(of: ByteScanner.isHex) == 8 && scanner.isAtEnd ? .outlookExpress : nil
        }
        if dashes == 12 {
            // Twelve dashes and 24 digits, half of them zeros.
            return scanner.readRun(of: ByteScanner.isDigit) == 24 && scanner.isAtEnd ? .thunderbird : nil
        }
        var equals = ByteScanner(boundary)
        guard equals.readRun(of: { $0 == UInt8(ascii: "=") }) == 15 else { return nil }
        return equals.readRun(of: ByteScanner.isDigit) >= 15 && equals.read("==") && equals.isAtEnd ? .python : nil
    }
}
