/// The headers whose values matter here.
package enum HeaderOfInterest {
    case mailer
    case messageID
    case date

    init?(_ name: Span<UInt8>) {
        let word: String
        switch name.count {
        case 4: (self, word) = (.date, "date")
        case 8: (self, word) = (.mailer, "x-mailer")
        case 10 where name[0] | 0x20 == UInt8(ascii: "u"): (self, word) = (.mailer, "user-agent")
        case 10: (self, word) = (.messageID, "message-id")
        default: return nil
        }
        var index = 0
        for byte in word.utf8 {
            guard name[index] == byte || name[index] | 0x20 == byte && byte > 0x60 else { return nil }
            index += 1
        }
    }
}
