/// Reads the form of a Message-ID. Programs make them up in ways that can be told apart.
///
/// Only forms that one program alone is known to write are claims: a UUID, or 32 hexadecimal digits, is nobody's mark.
enum MessageIDClaim {
    static func claim(in value: ArraySlice<UInt8>) -> Claim? {
        let text = value.drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 > 0x20 }
        guard let at = text.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let left = text[..<at].drop { $0 == UInt8(ascii: "<") }
        let right = text[(at + 1)...].prefix { $0 != UInt8(ascii: ">") }
        guard let software = service(right) ?? writer(left, right) else { return nil }
        return Claim(field: .messageID, software: software)
    }

    /// Services that name themselves on the right side.
    private static func service(_ right: ArraySlice<UInt8>) -> MailSoftware? {
        // All of them end in `.com` or `.gbl`.
        guard let last = right.last, last | 0x20 == UInt8(ascii: "m") || last | 0x20 == UInt8(ascii: "l") else {
            return nil
        }
        let host = right.map { 0x41...0x5a ~= $0 ? $0 | 0x20 : $0 }
        func ends(_ suffix: String) -> Bool { host.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) }
        if host.elementsEqual("mail.gmail.com".utf8) { return .gmail }
        if ends(".phx.gbl") || ends(".prod.outlook.com") { return .hotmail }
        return ends(".mail.yahoo.com") ? .yahoo : nil
    }

    private static func writer(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> MailSoftware? {
        if isExim(left) { return .exim }
        if isMicrosoft(left) { return .outlookExpress }
        if left.starts(with: "Pine.".utf8) || left.starts(with: "alpine.".utf8) { return .alpine }
        if ByteScanner.contains(left, ".JavaMail.") { return .javaMail }
        if isMozilla(left) { return .thunderbird }
        return dated(left)
    }

    /// `E1abcde-0001aB-2c`, and with longer parts since Exim 4.97.
    private static func isExim(_ left: ArraySlice<UInt8>) -> Bool {
        var scanner = ByteScanner(left)
        guard scanner.read("E1"), scanner.readRun(of: ByteScanner.isAlphanumeric) == 5,
            scanner.read("-" as Unicode.Scalar)
        else { return false }
        let middle = scanner.readRun(of: ByteScanner.isAlphanumeric)
        guard scanner.read("-" as Unicode.Scalar) else { return false }
        let end = scanner.readRun(of: ByteScanner.isAlphanumeric)
        return scanner.isAtEnd && ((middle, end) == (6, 2) || (middle, end) == (11, 4))
    }

    /// `000601c779f3$a1b2c3d0$6401a8c0`: Outlook Express and Outlook.
    private static func isMicrosoft(_ left: ArraySlice<UInt8>) -> Bool {
        var scanner = ByteScanner(left)
        guard scanner.readRun(of: ByteScanner.isHex) == 12, scanner.read("$" as Unicode.Scalar),
            scanner.readRun(of: ByteScanner.isHex) == 8, scanner.read("$" as Unicode.Scalar)
        else { return false }
        return scanner.readRun(of: ByteScanner.isHex) == 8 && scanner.isAtEnd
    }

    /// `4619B2C1.2090804`: Mozilla until about 2018.
    private static func isMozilla(_ left: ArraySlice<UInt8>) -> Bool {
        var scanner = ByteScanner(left)
        guard scanner.readRun(of: ByteScanner.isUpperHex) == 8, scanner.read("." as Unicode.Scalar) else {
            return false
        }
        return 7...8 ~= scanner.readRun(of: ByteScanner.isDigit) && scanner.isAtEnd
    }

    /// Forms that begin with a number or the time.
    private static func dated(_ left: ArraySlice<UInt8>) -> MailSoftware? {
        var scanner = ByteScanner(left)
        let digits = scanner.readRun(of: ByteScanner.isDigit)
        guard digits > 0, scanner.read("." as Unicode.Scalar) else { return nil }
        let second = scanner.rest
        let number = scanner.readRun(of: ByteScanner.isDigit)
        if number > 0, scanner.isAtEnd {
            // `1234567890.20070408123456`
            return 8...10 ~= digits && number == 14 ? .theBat : nil
        }
        if number > 0, scanner.rest.first == UInt8(ascii: ".") {
            let third = scanner.rest.dropFirst()
            if digits == 14, third.elementsEqual("qmail".utf8) { return .qmail }
            if digits == 10, third.suffix(6).elementsEqual(".camel".utf8) { return .evolution }
            let isNumber = !third.isEmpty && third.allSatisfy(ByteScanner.isDigit)
            // `email.utils.make_msgid` without a name of its own.
            return isNumber && 14...20 ~= digits ? .python : nil
        }
        if digits == 14, second.first == UInt8(ascii: "G"), second.count >= 3,
            ByteScanner.isLetter(second[second.startIndex + 1]), second.dropFirst(2).allSatisfy(ByteScanner.isDigit)
        {
            return .mutt
        }
        if digits == 14, 6...15 ~= second.count, second.contains(where: ByteScanner.isLetter),
            second.allSatisfy(ByteScanner.isUpperHex) || second.count >= 11 && second.allSatisfy(isLongQueueID)
        {
            return .postfix
        }
        if digits == 12, 12...15 ~= second.count, second.allSatisfy(ByteScanner.isAlphanumeric),
            ByteScanner.isLetter(second[second.startIndex]), second.suffix(5).allSatisfy(ByteScanner.isDigit)
        {
            return .sendmail
        }
        return nil
    }

    /// Postfix writes long queue numbers with digits and consonants.
    private static func isLongQueueID(_ byte: UInt8) -> Bool {
        guard ByteScanner.isAlphanumeric(byte) else { return false }
        return !"AEIOUaeiou".utf8.contains(byte)
    }
}
